import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EnvironmentError, LabError } from '@lab/sdk';
import type { RuntimeContext } from '../context.ts';
import { type OutputStream, openCappedLog } from './capped-log.ts';
import { createPauseControl, type PauseControl } from './pause-control.ts';
import { isGroupAlive, processInfo } from './process-table.ts';
import { killUntilNone } from './reap-run.ts';
import { findMarked, type MemberRule, PART_VARIABLE, type ProcessMarks, RUN_VARIABLE } from './run-marks.ts';
import { signalGroup } from './send-signal.ts';
import { removeSharedMemory } from './shared-memory.ts';

const GRACE_MS = 5000;
const NONE_LEFT_LIMIT_MS = 5000;
/** Output still in the pipe is waited for this long after the exit; a grandchild may hold the pipe open for ever. */
const DRAIN_LIMIT_MS = 150;

/** How a part ended. */
export interface ExitInfo {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly atWallMs: number;
  /** True when the lab asked for it. */
  readonly requested: boolean;
}

/** A started process and everything it starts in turn. */
export interface Supervised extends PauseControl {
  readonly part: string;
  readonly pid: number;
  /** Resolves when the process is gone, whoever ended it. Never rejects. */
  readonly exited: Promise<ExitInfo>;
  /** The last lines that it printed: at most 200. */
  tail(): readonly string[];
  /** Bytes that it printed so far. */
  outputBytes(): number;
  /** Asks it to leave (SIGTERM unless told), kills after `graceMs` (5,000), waits until none is left. */
  stop(options?: { readonly signal?: NodeJS.Signals; readonly graceMs?: number }): Promise<ExitInfo>;
  /** SIGKILL to the whole group at once; resolves when no process of the part is left. */
  kill(): Promise<ExitInfo>;
}

export interface SpawnSpec {
  readonly part: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment, but for the two variables that mark the run and the part. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly logFile: string;
  readonly onLine?: (line: string, stream: OutputStream) => void;
  /** Takes standard output instead of the log. */
  readonly onStdout?: (chunk: Buffer) => void;
  readonly gentleSignal?: NodeJS.Signals;
  /** For parts whose processes leave their group and environment behind. */
  readonly members?: MemberRule;
}

/** Starts a process in a group of its own, journalled before and after, its output in a log with an upper size. */
export async function spawnPart(ctx: RuntimeContext, spec: SpawnSpec): Promise<Supervised> {
  ctx.signal.throwIfAborted();
  const mark = `${ctx.run}/${spec.part}/${randomBytes(4).toString('hex')}`;
  const log = openCappedLog(spec.logFile, spec.onLine ? { onLine: spec.onLine } : {});
  const members = spec.members ? { members: spec.members } : {};
  ctx.journal.write({ event: 'starting', part: spec.part, command: spec.command, ...members });
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: { ...spec.env, [RUN_VARIABLE]: ctx.run, [PART_VARIABLE]: mark },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(spec.uid === undefined ? {} : { uid: spec.uid }),
    ...(spec.gid === undefined ? {} : { gid: spec.gid }),
  });
  child.stdout?.on('data', (chunk: Buffer) => (spec.onStdout ? spec.onStdout(chunk) : log.write(chunk, 'stdout')));
  child.stderr?.on('data', (chunk: Buffer) => log.write(chunk, 'stderr'));
  const { pid } = child;
  if (pid === undefined) {
    log.close();
    throw await spawnFailure(child, spec);
  }
  child.on('error', (error) => ctx.log.warn({ part: spec.part, reason: error.message }, 'part not signalled'));
  const startTime = processInfo(pid)?.startTime ?? 'gone';
  const identity = { part: spec.part, pid, startTime, group: pid };
  ctx.journal.write({
    event: 'started',
    ...identity,
    ...(spec.gentleSignal ? { gentleSignal: spec.gentleSignal } : {}),
    ...members,
  });
  const state = { requested: false, hasExited: false };
  const exited = watchExit(child, state).then((info) => {
    log.close();
    ctx.journal.write({ event: 'ended', ...identity });
    ctx.log.info({ part: spec.part, pid, exitCode: info.exitCode, signal: info.signal }, 'part ended');
    return info;
  });
  ctx.log.info({ part: spec.part, pid }, 'part spawned');
  return supervise({ child, pid, startTime, spec, mark, exited, state, tail: log.tail, outputBytes: log.bytesSeen });
}

interface Watched {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly startTime: string;
  readonly spec: SpawnSpec;
  readonly mark: string;
  readonly exited: Promise<ExitInfo>;
  readonly state: { requested: boolean; hasExited: boolean };
  readonly tail: () => readonly string[];
  readonly outputBytes: () => number;
}

function supervise(watched: Watched): Supervised {
  const { pid, spec, exited, state } = watched;
  const leader = { pid, startTime: watched.startTime };
  const find = () => findMarked({ ...marksOf(watched), known: [leader] });
  const control = createPauseControl({ part: spec.part, group: pid, find });
  const kill = async (): Promise<ExitInfo> => {
    if (!state.hasExited) {
      state.requested = true;
      signalGroup(pid, 'SIGKILL');
    }
    await killRest(watched);
    return exited;
  };
  const stop: Supervised['stop'] = async (options = {}) => {
    if (!state.hasExited) {
      state.requested = true;
      watched.child.kill(options.signal ?? 'SIGTERM');
      // One that was paused gets the signal only once it goes on.
      await control.resume();
      await waitAtMost(exited, options.graceMs ?? GRACE_MS);
    }
    return kill();
  };
  const { tail, outputBytes } = watched;
  return { part: spec.part, pid, exited, tail, outputBytes, stop, kill, ...control };
}

/** What tells the part's processes from all others, wherever they went. */
function marksOf({ spec, mark }: Watched): ProcessMarks {
  return { variable: { name: PART_VARIABLE, value: mark }, members: spec.members ? [spec.members] : [] };
}

/** After the leader: members of its group, children that left the group, and what PostgreSQL keeps in the kernel. */
async function killRest(watched: Watched): Promise<void> {
  const { pid, spec, exited } = watched;
  const gone = await waitAtMost(exited, NONE_LEFT_LIMIT_MS);
  const left = gone ? await killUntilNone(() => findMarked(marksOf(watched)), NONE_LEFT_LIMIT_MS) : [pid];
  if (left.length > 0) {
    throw new LabError('E_KILL_INCOMPLETE', {
      message: `Processes of ${spec.part} live on after SIGKILL: ${left.join(', ')}.`,
      hint: `ps -o pid,stat,wchan,args -p ${left.join(',')}`,
    });
  }
  if (spec.members) removeSharedMemory(spec.members.cwd);
}

function watchExit(child: ChildProcess, state: { requested: boolean; hasExited: boolean }): Promise<ExitInfo> {
  const { promise, resolve } = Promise.withResolvers<ExitInfo>();
  child.once('exit', (exitCode, signal) => {
    state.hasExited = true;
    const info = { exitCode, signal, atWallMs: Date.now(), requested: state.requested };
    // The group's number cannot have been given away yet: its leader was alive a moment ago.
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
    void settle(child, () => resolve(info));
  });
  return promise;
}

/** Resolves once the output is read and the group is empty, each within its limit. */
async function settle(child: ChildProcess, done: () => void): Promise<void> {
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await waitAtMost(closed, DRAIN_LIMIT_MS);
  child.stdout?.destroy();
  child.stderr?.destroy();
  const giveUpAt = Date.now() + NONE_LEFT_LIMIT_MS;
  while (child.pid !== undefined && isGroupAlive(child.pid) && Date.now() < giveUpAt) await sleep(5);
  done();
}

/** True when the promise settled within the limit. */
async function waitAtMost(promise: Promise<unknown>, limitMs: number): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(limitMs, false, { signal: timer.signal }).catch(() => false);
  const isInTime = await Promise.race([promise.then(() => true), late]);
  timer.abort();
  return isInTime;
}

async function spawnFailure(child: ChildProcess, spec: SpawnSpec): Promise<Error> {
  const cause = await new Promise<NodeJS.ErrnoException>((resolve) => child.once('error', resolve));
  const where = `${path.basename(spec.command)} in ${spec.cwd}`;
  const message = `${spec.part} could not be started: ${where}: ${cause.message}.`;
  return new EnvironmentError('E_PART_SPAWN', { message, hint: 'npx lab doctor', cause });
}
