import { constants } from 'node:fs';
import { access, cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StagedTool } from '../install-tool.ts';
import { runCommand, runOrThrow } from '../run-command.ts';
import type { GoSource, ToolEntry } from '../tool-table.ts';
import type { Environment, WayContext } from '../tool-types.ts';
import { versionRange } from '../tool-version.ts';
import { isExecutableFile } from './found-program.ts';
import { askSuitingVersion } from './release-way.ts';

const GO_SUITS = versionRange('1.25 or later', { atLeast: '1.25.0' });
const QUESTION_LIMIT_MS = 20_000;
const MODULES_FOLDER = fileURLToPath(new URL('../go/', import.meta.url));

/**
 * Builds the tool with Go from the module proxy, at the versions and hashes that our go.mod and go.sum pin.
 * Go's own caches are used where they can be written, so a second build takes seconds.
 */
export async function fromGo(
  context: WayContext,
  entry: ToolEntry,
  source: { readonly go: GoSource; readonly stageDir: string },
): Promise<StagedTool> {
  const go = await findGo(context);
  const env = await goEnvironment(context, go);
  // Built in a copy: the repository may be read-only, and `go build` must not touch go.sum there.
  const module = path.join(source.stageDir, 'module');
  await cp(path.join(MODULES_FOLDER, source.go.folder), module, { recursive: true });
  const executable = path.join(source.stageDir, entry.executable);
  const args = ['build', '-v', '-trimpath', '-ldflags', source.go.ldflags, '-o', executable, source.go.package];
  context.report(`building ${entry.name} ${entry.version} with Go; a first build takes minutes`);
  await runOrThrow(go, args, {
    env,
    cwd: module,
    signal: context.signal,
    limitMs: source.go.limitMs,
    onLine: lineReporter(context, entry),
  });
  await rm(module, { recursive: true });
  return { version: await askSuitingVersion(context, entry, executable), executable: entry.executable };
}

async function findGo(context: WayContext): Promise<string> {
  const folders = [...(context.env.PATH ?? '').split(path.delimiter), '/usr/local/go/bin'];
  const problems: string[] = [];
  for (const folder of new Set(folders.filter(path.isAbsolute))) {
    const go = path.join(folder, 'go');
    if (!(await isExecutableFile(go))) continue;
    const env = { ...context.env, GOTOOLCHAIN: 'local', GOFLAGS: '' };
    const { stdout } = await runCommand(go, ['version'], { env, signal: context.signal, limitMs: QUESTION_LIMIT_MS });
    const version = /go(\d+\.\d+(?:\.\d+)?)/.exec(stdout)?.[1];
    if (version && GO_SUITS.suits(version)) return go;
    problems.push(`${go} is ${version ?? 'of an unknown version'}, and the build needs Go ${GO_SUITS.text}`);
  }
  throw new Error(problems.join('; ') || 'Go is not installed');
}

async function goEnvironment(context: WayContext, go: string): Promise<Environment> {
  const env = {
    ...context.env,
    GOWORK: 'off',
    GOTOOLCHAIN: 'local',
    CGO_ENABLED: '0',
    GOFLAGS: '-mod=readonly',
    GOOS: '',
    GOARCH: '',
    GO111MODULE: 'on',
  };
  const question = { env, signal: context.signal, limitMs: QUESTION_LIMIT_MS };
  const { stdout } = await runCommand(go, ['env', 'GOCACHE', 'GOMODCACHE'], question);
  const [cache, modules] = stdout.split('\n');
  // A user without a home folder, or with a read-only one, has no caches: ours lies beside the tools.
  const own = (name: string): string => path.join(context.cacheDir, 'go', name);
  return {
    ...env,
    GOCACHE: (await isWritable(cache)) ? cache : own('build'),
    GOMODCACHE: (await isWritable(modules)) ? modules : own('modules'),
    // Else the module cache is read-only and `rm -rf` of the lab's cache fails.
    GOFLAGS: '-mod=readonly -modcacherw',
  };
}

async function isWritable(folder: string | undefined): Promise<boolean> {
  if (!folder || !path.isAbsolute(folder)) return false;
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function lineReporter(context: WayContext, entry: ToolEntry): (line: string) => void {
  let downloads = 0;
  let packages = 0;
  return (line) => {
    if (line.startsWith('go: downloading')) downloads += 1;
    else packages += 1;
    const what = packages === 0 ? `${downloads} modules downloaded` : `${packages} packages compiled`;
    context.report(`building ${entry.name} ${entry.version} with Go: ${what}`);
  };
}
