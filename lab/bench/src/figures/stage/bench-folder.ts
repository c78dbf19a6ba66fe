import { mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, processStartTime } from '@lab/console';
import { EnvironmentError } from '@lab/sdk';
import { copyRepository } from '../../programs/copy-repository.ts';
import { type LabPlace, runLab } from './lab-command.ts';

/** A checkout and caches of the bench's own: no learner's workspace, session or cache is touched. */
export interface BenchFolder extends LabPlace, AsyncDisposable {
  /** For whatever else is temporary. */
  readonly scratchDir: string;
  /** A cache folder with the tools and nothing else, gone when disposed. */
  coldCache(): Promise<{ readonly dir: string } & AsyncDisposable>;
}

export interface BenchFolderOptions {
  readonly repoRoot: string;
  /** `.lab` of the checkout that is measured. */
  readonly labDir: string;
  /** The user's own cache: its tools are used. */
  readonly cacheDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Makes the folder, below `.lab/bench`; what a bench that was killed has left there is cleared away first.
 * @throws EnvironmentError `E_ALREADY_RUNNING` when another bench of this checkout lives.
 */
export async function makeBenchFolder(options: BenchFolderOptions): Promise<BenchFolder> {
  const { repoRoot, labDir, env } = options;
  const benches = join(labDir, 'bench');
  await clearDead(benches, options);
  // The start time tells this process from a later one with the same id.
  const dir = join(benches, `${process.pid}-${encodeURIComponent(processStartTime(process.pid) ?? '')}`);
  const root = join(dir, 'checkout');
  const place: LabPlace = { root, labDir: join(root, '.lab'), cacheDir: join(dir, 'cache'), env };
  let caches = 0;
  const makeCache = async (cache: string): Promise<string> => {
    const tools = join(options.cacheDir, 'tools');
    // Empty where every tool was found on the PATH; the lab keeps what it knows of those in there too.
    await mkdir(tools, { recursive: true });
    await mkdir(cache, { recursive: true });
    await symlink(tools, join(cache, 'tools'));
    return cache;
  };
  try {
    await copyRepository(repoRoot, root);
    await makeCache(place.cacheDir);
    await mkdir(join(dir, 'scratch'));
  } catch (error) {
    await remove(dir);
    throw error;
  }
  return {
    ...place,
    scratchDir: join(dir, 'scratch'),
    coldCache: async () => {
      caches += 1;
      const cold = await makeCache(join(dir, `cold-${caches}`));
      return { dir: cold, [Symbol.asyncDispose]: () => remove(cold) };
    },
    [Symbol.asyncDispose]: async () => {
      await clear(dir, place);
    },
  };
}

async function clearDead(benches: string, { env }: BenchFolderOptions): Promise<void> {
  for (const name of await readdir(benches).catch(() => [])) {
    const [pid = '', startTime = ''] = name.split('-', 2);
    if (isAlive(Number(pid), decodeURIComponent(startTime))) throw alreadyRunning(pid);
    const dir = join(benches, name);
    const root = join(dir, 'checkout');
    await clear(dir, { root, labDir: join(root, '.lab'), cacheDir: join(dir, 'cache'), env });
  }
}

function alreadyRunning(pid: string): EnvironmentError {
  return new EnvironmentError('E_ALREADY_RUNNING', {
    message: `Another bench runs (pid ${pid}): each would measure the other.`,
    hint: `wait for it, or kill ${pid}`,
  });
}

/** Whatever still runs from the folder is ended before its files go. */
async function clear(dir: string, place: LabPlace): Promise<void> {
  // A copy that was never finished has no program to ask: then nothing was started from it either.
  await runLab(place, ['stop'], { signal: AbortSignal.timeout(30_000), limitMs: 20_000 }).catch(() => undefined);
  await remove(dir);
}

function remove(dir: string): Promise<void> {
  return rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
