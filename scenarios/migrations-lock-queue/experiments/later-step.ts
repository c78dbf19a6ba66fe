import type { ExperimentHandle, LockWait, LockWatch, MigrationProcess } from '@lab/sdk';

const laterWithinMs = 12_000;
const pollMs = 20;

/** The gate is an advisory lock that it asks for as one who shares it. */
function isAtGate({ who, table, mode }: LockWait): boolean {
  return who === 'migration' && table === null && mode === 'ShareLock';
}

/** Waits until the second step stands at its gate, or the run has ended without one. */
export async function laterStep(
  h: ExperimentHandle,
  watch: LockWatch,
  run: MigrationProcess,
): Promise<'held' | 'ended' | 'neither'> {
  const untilMs = h.clock.nowMs() + laterWithinMs;
  while (h.clock.nowMs() < untilMs) {
    if (watch.waits().some(isAtGate)) return 'held';
    if ((await run.ended(0)) !== null) return 'ended';
    await h.clock.sleep(pollMs);
  }
  return 'neither';
}
