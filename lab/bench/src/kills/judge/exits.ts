import type { Round } from '../draw/plan.ts';
import type { AllowedExit, CommandFact } from './round-facts.ts';

// 0 passed or done, 1 failed or rejected, 2 inconclusive, 69 environment not ready, 130 interrupted. Never 70: that is a
// bug of the lab. Null: ended by a signal.

/** The lab was gone before it was asked. Any other misuse is the rounds' own, or a bug. */
const nobodyThere: AllowedExit = { exitCode: 64, because: 'E_NO_SESSION' };

/**
 * How the command that was under way may end: `start`, `stop`, `grade` and `fault on`. What is graded is the
 * reference, so that "failed" is never right, but where a process of the service itself was killed: the lab cannot
 * tell that from a service that was ended for its memory.
 */
export function allowedExits({ phase, victim, isForeground }: Round): readonly AllowedExit[] {
  const isLabHit = victim.kind === 'lab' || victim.kind === 'guardian-first' || victim.kind === 'lab-first';
  switch (phase) {
    case 'stop':
      return victim.kind === 'command' ? [0, null] : [0];
    case 'grade':
      if (isLabHit) return [0, 2, 130, null];
      // Interrupted by us once the disturbed run has its report.
      if (victim.kind === 'part') return [0, 2, 69, 130];
      return victim.kind === 'replica' ? [0, 1, 2] : [0, 2];
    case 'start':
      if (isLabHit) return isForeground ? [0, 130, null] : [0, 69, 130, null];
      if (victim.kind === 'part') return [0, 2, 69];
      if (victim.kind === 'command') return [0, null];
      return victim.kind === 'replica' ? [0, 1] : [0];
    case 'fault':
      // 2: its effect was not seen. 69: the session ended meanwhile.
      return isLabHit ? [0, 2, nobodyThere, 69] : [0, 2, 69];
    default:
      return [0];
  }
}

/** True when this command ended in one of the ways that are allowed. */
export function isAllowed({ exitCode, allowed, said }: Pick<CommandFact, 'exitCode' | 'allowed' | 'said'>): boolean {
  return allowed.some((one) => {
    if (one === null || typeof one === 'number') return one === exitCode;
    return one.exitCode === exitCode && said.includes(`(${one.because})`);
  });
}
