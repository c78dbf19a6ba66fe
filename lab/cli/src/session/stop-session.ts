import { setTimeout as delay } from 'node:timers/promises';
import {
  isAlive,
  processStartTime,
  readSession,
  readStatus,
  releaseSession,
  requestStop,
  type SessionRecord,
} from '@lab/console';
import { EnvironmentError } from '@lab/sdk';
import { removeDoor } from '../console/console-door.ts';
import type { Context } from '../context.ts';
import { openLog } from '../log-file.ts';
import type { SessionStatus } from './reporter.ts';

export interface StopResult {
  readonly wasRunning: boolean;
  readonly scenario: string | null;
  readonly run: string | null;
  readonly tookMs: number;
  /** It did not stop when asked, and was killed. */
  readonly forced: boolean;
  /** Left-overs of labs that died. */
  readonly killed: readonly number[];
}

const gentleMs = 4_000;
const forcedMs = 3_000;
const pollMs = 25;

interface Known {
  readonly pid: number;
  readonly startTime: string;
}

/** Ends the session of this checkout and waits until every process of its run is gone. Twice is harmless. */
export async function stopSession(context: Context): Promise<StopResult> {
  const startedMs = performance.now();
  const session = readSession(context.labDir);
  const record = session.kind === 'running' ? session.record : null;
  const processes = record === null ? [] : await processesOf(record);
  const forced = record === null ? false : await endSession(record, processes);
  if (session.kind !== 'none') releaseSession(context.labDir, record?.labPid ?? 0);
  // Of a lab that was killed as well: it leads nowhere now.
  removeDoor(context.labDir);
  const { sweepLeftovers } = await context.services.runtime();
  const { killed, left } = await sweepLeftovers({ repoRoot: context.repoRoot, log: openLog(context.labDir) });
  assertGone([...processes.filter(({ pid, startTime }) => isAlive(pid, startTime)).map(({ pid }) => pid), ...left]);
  return {
    wasRunning: record !== null,
    scenario: record?.scenario ?? null,
    run: record?.run ?? null,
    tookMs: Math.round(performance.now() - startedMs),
    forced,
    killed,
  };
}

/** True when it had to be killed: its guardian then clears the run away. */
async function endSession(record: SessionRecord, processes: readonly Known[]): Promise<boolean> {
  const asked = await requestStop(record);
  if (!asked) signalLab(record, 'SIGTERM');
  if (await allGone(processes, gentleMs)) return false;
  signalLab(record, 'SIGKILL');
  await allGone(processes, forcedMs);
  return true;
}

/**
 * @throws EnvironmentError `E_STOP_INCOMPLETE` when a process lives on (another user's, or stuck in the kernel), or a
 * file of it cannot be removed.
 */
export function assertGone(left: readonly (number | string)[]): void {
  const pids = left.filter((one) => typeof one === 'number');
  const paths = left.filter((one) => typeof one === 'string');
  if (pids.length > 0) {
    throw new EnvironmentError('E_STOP_INCOMPLETE', {
      message: `These processes of the session live on: ${pids.join(', ')}.`,
      hint: `kill -9 ${pids.join(' ')}`,
    });
  }
  if (paths.length > 0) {
    throw new EnvironmentError('E_STOP_INCOMPLETE', {
      message: `No process is left, but these files of the session cannot be removed: ${paths.join(', ')}.`,
      hint: `rm -rf ${paths.map((path) => `'${path}'`).join(' ')}`,
    });
  }
}

async function processesOf(record: SessionRecord): Promise<readonly Known[]> {
  const status = (await readStatus(record)) as SessionStatus | null;
  const parts = status?.parts ?? record.parts;
  const replicas = status?.replicas ?? record.replicas;
  const pids = [...parts, ...replicas].map(({ pid }) => pid).filter((pid) => pid !== null);
  const others = pids.flatMap((pid) => {
    const startTime = processStartTime(pid);
    return startTime === null ? [] : [{ pid, startTime }];
  });
  return [{ pid: record.labPid, startTime: record.labStartTime }, ...others];
}

async function allGone(processes: readonly Known[], withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (processes.some(({ pid, startTime }) => isAlive(pid, startTime))) {
    if (performance.now() > deadline) return false;
    await delay(pollMs);
  }
  return true;
}

function signalLab(record: SessionRecord, signal: NodeJS.Signals): void {
  if (!isAlive(record.labPid, record.labStartTime)) return;
  try {
    process.kill(record.labPid, signal);
  } catch {
    // It ended in between.
  }
}
