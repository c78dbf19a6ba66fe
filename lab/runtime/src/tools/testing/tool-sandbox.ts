import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Platform, ToolName, WayContext } from '../tool-types.ts';

/** Folders of a test's own: a cache, and bin folders with programs that only tell a version. */
export interface ToolSandbox extends AsyncDisposable {
  readonly root: string;
  readonly cacheDir: string;
  /** Writes a program that prints this text; returns its path. */
  program(folder: string, name: string, output: string): Promise<string>;
  context(tool: ToolName, env?: Readonly<Record<string, string>>): WayContext;
}

export async function createToolSandbox(platform: Platform = 'linux-x64'): Promise<ToolSandbox> {
  const root = await mkdtemp(path.join(tmpdir(), 'brownout-tools-'));
  const cacheDir = path.join(root, 'cache');
  return {
    root,
    cacheDir,
    async program(folder, name, output) {
      const file = path.join(root, folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, `#!/bin/sh\necho '${output}'\n`, { mode: 0o755 });
      return file;
    },
    context: (tool, env = {}) => ({
      tool,
      platform,
      cacheDir,
      env: { PATH: '/nowhere', ...env },
      signal: AbortSignal.timeout(20_000),
      report: () => {},
    }),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}
