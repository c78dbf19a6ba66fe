import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { EnvironmentError } from '@lab/sdk';
import { cacheNotWritable, isWriteFailure } from './cache-folder.ts';
import { cachedToolFolder, checkCachedTool, toolsFolder } from './cached-tool.ts';
import { sweepStages } from './install-tool.ts';
import { installBy } from './install-ways.ts';
import { currentPlatform } from './platform.ts';
import { withToolLock } from './tool-lock.ts';
import { createReporter } from './tool-reporter.ts';
import { installWays, TOOL_TABLE, type ToolEntry } from './tool-table.ts';
import type {
  Environment,
  FoundTool,
  MissingTool,
  ToolName,
  ToolProgress,
  TriedWay,
  Way,
  WayContext,
} from './tool-types.ts';
import { toolsMissing } from './tools-missing.ts';
import { fromEnvironment } from './ways/environment-way.ts';
import { fromPath } from './ways/path-way.ts';

export interface ResolveToolsOptions {
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  /** Where `LAB_<TOOL>_PATH` and `PATH` are looked up. */
  readonly env: Environment;
  onProgress?(event: ToolProgress): void;
}

/** Longer than the longest build. */
const LOCK_LIMIT_MS = 30 * 60_000;

/**
 * Finds each named tool, or fetches it into the cache; side by side, only those that are asked for. Throws
 * E_TOOL_MISSING naming every way that was tried, E_TOOL_UNSUITABLE where a LAB_…_PATH does not work,
 * E_CACHE_NOT_WRITABLE, or the signal's reason.
 */
export async function resolveTools<N extends ToolName>(
  names: readonly N[],
  options: ResolveToolsOptions,
): Promise<Record<N, FoundTool>> {
  const distinct = [...new Set(names)];
  const settled = await Promise.allSettled(distinct.map((name) => resolveTool(name, options)));
  options.signal.throwIfAborted();
  const found = new Map<ToolName, FoundTool>();
  const missing: MissingTool[] = [];
  for (const result of settled) {
    // An error that is not about a missing tool is clearer than a list of ways.
    if (result.status === 'rejected') throw result.reason;
    if ('path' in result.value) found.set(result.value.name, result.value);
    else missing.push(result.value);
  }
  if (missing.length > 0) throw toolsMissing(missing, currentPlatform());
  return Object.fromEntries(found) as Record<N, FoundTool>;
}

/** As `resolveTools`, but fetches nothing: what is missing is said with the ways that are left. */
export async function inspectTools(
  names: readonly ToolName[],
  options: ResolveToolsOptions,
): Promise<readonly (FoundTool | MissingTool | { readonly name: ToolName; readonly error: EnvironmentError })[]> {
  return Promise.all(
    names.map(async (name) => {
      const { context, entry, tried } = start(name, options);
      try {
        return (await findHere(context, entry, tried)) ?? missingTool(entry, context, tried);
      } catch (error) {
        if (error instanceof EnvironmentError) return { name, error };
        throw error;
      }
    }),
  );
}

async function resolveTool(name: ToolName, options: ResolveToolsOptions): Promise<FoundTool | MissingTool> {
  const { context, entry, tried, setWay } = start(name, options);
  const found = await findHere(context, entry, tried);
  if (found) return found;
  const folder = cachedToolFolder(options.cacheDir, entry, context.platform);
  try {
    await mkdir(toolsFolder(options.cacheDir), { recursive: true });
    return await withToolLock(
      `${folder}.lock`,
      async () => {
        await sweepStages(options.cacheDir);
        return (await findInCache(context, entry, [])) ?? (await fetchTool(context, entry, { tried, setWay }));
      },
      {
        signal: options.signal,
        limitMs: LOCK_LIMIT_MS,
        onWait: (holder) => context.report(`waiting for ${holder}, which is fetching it`),
      },
    );
  } catch (error) {
    if (isWriteFailure(error)) throw cacheNotWritable(options.cacheDir, error);
    throw error;
  }
}

/** Everything that needs no fetching: what was named, what is on PATH, what is cached. */
async function findHere(context: WayContext, entry: ToolEntry, tried: TriedWay[]): Promise<FoundTool | undefined> {
  context.signal.throwIfAborted();
  const named = await fromEnvironment(context, entry);
  if (named) return { name: entry.name, foundBy: 'environment', tried: [...tried], ...named };
  tried.push({ way: 'environment', outcome: `${entry.variable} is not set` });
  const onPath = await fromPath(context, entry);
  if ('path' in onPath) return { name: entry.name, foundBy: 'path', tried: [...tried], ...onPath };
  tried.push({ way: 'path', outcome: onPath.outcome });
  return findInCache(context, entry, tried);
}

async function findInCache(context: WayContext, entry: ToolEntry, tried: TriedWay[]): Promise<FoundTool | undefined> {
  const folder = cachedToolFolder(context.cacheDir, entry, context.platform);
  const cached = await checkCachedTool(folder);
  if (cached.state === 'whole') {
    const { version, way } = cached.manifest;
    return { name: entry.name, path: cached.path, version, foundBy: 'cache', origin: way, tried: [...tried] };
  }
  const outcome = cached.state === 'absent' ? `not in ${folder}` : `${folder} is damaged: ${cached.why}`;
  if (cached.state === 'damaged')
    context.report(`the cached ${entry.name} is damaged (${cached.why}); fetching it again`);
  tried.push({ way: 'cache', outcome });
  return undefined;
}

async function fetchTool(
  context: WayContext,
  entry: ToolEntry,
  state: { readonly tried: TriedWay[]; setWay(way: Way): Attempt },
): Promise<FoundTool | MissingTool> {
  for (const way of installWays(entry.platforms[context.platform])) {
    const attempt = state.setWay(way);
    try {
      const installed = await installBy(way, context, entry);
      attempt.done(`${entry.name} ${installed.version} is ready`);
      return { name: entry.name, foundBy: way, tried: [...state.tried], ...installed };
    } catch (error) {
      const outcome = error instanceof Error ? error.message : String(error);
      attempt.failed(outcome);
      context.signal.throwIfAborted();
      if (isWriteFailure(error)) throw error;
      state.tried.push({ way, outcome });
    }
  }
  return missingTool(entry, context, state.tried);
}

type Attempt = ReturnType<ReturnType<typeof createReporter>['begin']>;

function start(name: ToolName, options: ResolveToolsOptions) {
  const entry = TOOL_TABLE[name];
  const reporter = createReporter(name, options.onProgress);
  const context: WayContext = {
    tool: name,
    platform: currentPlatform(),
    cacheDir: path.resolve(options.cacheDir),
    env: options.env,
    signal: options.signal,
    report: reporter.report,
  };
  const tried: TriedWay[] = [];
  return { context, entry, tried, setWay: reporter.begin };
}

function missingTool(entry: ToolEntry, context: WayContext, tried: readonly TriedWay[]): MissingTool {
  const source = entry.platforms[context.platform];
  return { name: entry.name, tried: [...tried], waysLeft: installWays(source), fix: source.fix };
}
