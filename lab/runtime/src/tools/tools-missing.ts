import { EnvironmentError } from '@lab/sdk';
import { TOOL_TABLE } from './tool-table.ts';
import type { MissingTool, Platform, Way } from './tool-types.ts';

const WAY_NAMES: Readonly<Record<Way, string>> = {
  environment: 'named path',
  path: 'PATH',
  cache: 'cache',
  npm: 'npm package',
  release: 'release archive',
  'go-build': 'build with Go',
  'system-package': 'system packages',
};

/** E_TOOL_MISSING: each tool, each way that was tried and what came of it, and one command that fixes it. */
export function toolsMissing(missing: readonly MissingTool[], platform: Platform): EnvironmentError {
  const blocks = missing.map(({ name, tried }) => {
    const ways = tried.map(({ way, outcome }) => `  - ${WAY_NAMES[way]}: ${outcome}`);
    const needed = TOOL_TABLE[name].suits.text;
    return [`${name} (${needed}) is not here, and could not be fetched for ${platform}. Tried:`, ...ways].join('\n');
  });
  const fixes = [...new Set(missing.map(({ fix }) => fix))];
  return new EnvironmentError('E_TOOL_MISSING', { message: blocks.join('\n'), hint: fixes.join(' && ') });
}
