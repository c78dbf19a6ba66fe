import { setTimeout as sleep } from 'node:timers/promises';
import type { ReplicaName } from '@lab/sdk';
import type { FaultGround } from '../ground.ts';

export interface DutyCycle {
  readonly replica: ReplicaName;
  readonly blockedMs: number;
  readonly freeMs: number;
}

/** Stops a replica and lets it go on, again and again, until the signal. The returned function ends it, and resumes. */
export function startDutyCycle(ground: FaultGround, cycle: DutyCycle, signal: AbortSignal): () => Promise<void> {
  const { replica, blockedMs, freeMs } = cycle;
  const own = new AbortController();
  const ended = AbortSignal.any([signal, own.signal]);
  // The end is the way out of a pause between two steps.
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal: ended }).catch(() => undefined);
  const turn = async (): Promise<void> => {
    while (!ended.aborted) {
      // One that is being replaced has nothing to stop: its successor is stopped in its next turn.
      await ground.pauseReplica(replica).catch(() => undefined);
      await pause(blockedMs);
      await ground.resumeReplica(replica).catch(() => undefined);
      await pause(freeMs);
    }
  };
  const turning = turn();
  return async () => {
    own.abort();
    await turning;
    await ground.resumeReplica(replica);
  };
}
