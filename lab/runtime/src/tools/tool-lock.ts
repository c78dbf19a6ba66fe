import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 200;
const BEAT_MS = 5_000;
/** A holder touches its lock every 5 s: one not touched for this long has died, perhaps on another machine. */
const STALE_AFTER_MS = 30_000;

export interface LockOptions {
  readonly signal: AbortSignal;
  readonly limitMs: number;
  /** Called once, when another lab holds the lock. */
  onWait?(holder: string): void;
}

/**
 * Runs the work while no other lab on this cache does the same. A lock whose holder is dead is taken over.
 * Should two labs take over at once, both work: installing is by rename, so that costs time only.
 */
export async function withToolLock<T>(file: string, work: () => Promise<T>, options: LockOptions): Promise<T> {
  await acquire(file, options);
  const beat = setInterval(() => {
    const now = new Date();
    // Failing to touch the lock means at worst that another lab does the same work.
    utimes(file, now, now).catch(() => {});
  }, BEAT_MS);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await rm(file, { force: true });
  }
}

async function acquire(file: string, options: LockOptions): Promise<void> {
  const deadline = Date.now() + options.limitMs;
  let told = false;
  while (!(await tryCreate(file))) {
    options.signal.throwIfAborted();
    if (await isStale(file)) {
      await discard(file);
      continue;
    }
    if (Date.now() > deadline) throw new Error(`another lab has held ${file} for too long`);
    if (!told) options.onWait?.(await holderOf(file));
    told = true;
    await sleep(POLL_MS, undefined, { signal: options.signal });
  }
}

async function tryCreate(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(JSON.stringify({ pid: process.pid, host: hostname() }));
    await handle.close();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function isStale(file: string): Promise<boolean> {
  const stats = await stat(file).catch(() => undefined);
  if (!stats) return false;
  if (Date.now() - stats.mtimeMs > STALE_AFTER_MS) return true;
  const holder = parseHolder(await readFile(file, 'utf8').catch(() => ''));
  return holder !== undefined && holder.host === hostname() && !isAlive(holder.pid);
}

/** Renamed before it is removed, so that of two labs that find the same stale lock one does the removing. */
async function discard(file: string): Promise<void> {
  const aside = `${file}.stale-${randomBytes(4).toString('hex')}`;
  await rename(file, aside).catch(() => {
    // Another lab discarded it first.
  });
  await rm(aside, { force: true });
}

async function holderOf(file: string): Promise<string> {
  const holder = parseHolder(await readFile(file, 'utf8').catch(() => ''));
  return holder ? `process ${holder.pid} on ${holder.host}` : 'another lab';
}

function parseHolder(text: string): { pid: number; host: string } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('host' in value)) return undefined;
    return { pid: Number(value.pid), host: String(value.host) };
  } catch {
    // Created but not written yet: age decides.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
