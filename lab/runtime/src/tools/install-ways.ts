import { installTool } from './install-tool.ts';
import type { ToolEntry } from './tool-table.ts';
import type { Way, WayContext } from './tool-types.ts';
import { fromGo } from './ways/go-way.ts';
import { fromNpm } from './ways/npm-way.ts';
import { fromRelease } from './ways/release-way.ts';
import { fromSystemPackages } from './ways/system-package-way.ts';

/** Fetches a tool into the cache by one way; rejects with the outcome in plain words. */
export async function installBy(
  way: Way,
  context: WayContext,
  entry: ToolEntry,
): Promise<{ path: string; version: string }> {
  const { npmPackage, release, go, aptPackages, aptArguments: words = [] } = entry.platforms[context.platform];
  switch (way) {
    case 'npm': {
      const packageName = required(npmPackage);
      return installTool(context, entry, {
        way,
        fill: (stageDir) => fromNpm(context, entry, { packageName, stageDir }),
      });
    }
    case 'release': {
      const source = required(release);
      return installTool(context, entry, {
        way,
        fill: (stageDir) => fromRelease(context, entry, { release: source, stageDir }),
      });
    }
    case 'go-build': {
      const source = required(go);
      return installTool(context, entry, { way, fill: (stageDir) => fromGo(context, entry, { go: source, stageDir }) });
    }
    case 'system-package': {
      const packages = required(aptPackages);
      return installTool(context, entry, {
        way,
        fill: (stageDir) => fromSystemPackages(context, entry, { packages, words, stageDir }),
      });
    }
    case 'environment':
    case 'path':
    case 'cache':
      throw new Error(`${way} finds a tool, it does not fetch one`);
  }
}

function required<T>(source: T | undefined): T {
  if (source === undefined) throw new Error('the tool table does not offer this way here');
  return source;
}
