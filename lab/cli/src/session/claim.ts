import { claimSession, readSession, type SessionRecord } from '@lab/console';
import { EnvironmentError } from '@lab/sdk';
import type { PracticeState } from './practice-state.ts';

/**
 * Makes this process the one session of the checkout.
 *
 * @throws EnvironmentError `E_ALREADY_RUNNING` when another live process is.
 */
export function claim(labDir: string, state: PracticeState): void {
  const result = claimSession(labDir, state.record);
  if (!result.claimed) throw alreadyRunning(result.holder);
}

/** Says so before anything is started; the claim decides where two begin at once. */
export function assertNothingRuns(labDir: string): void {
  const session = readSession(labDir);
  if (session.kind === 'running') throw alreadyRunning(session.record);
}

function alreadyRunning(holder: SessionRecord): EnvironmentError {
  return new EnvironmentError('E_ALREADY_RUNNING', {
    message: `${holder.scenario} is already running (pid ${holder.labPid}).`,
    hint: 'npx lab stop first, or npx lab status',
  });
}
