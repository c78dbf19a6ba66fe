import type { Effect } from '../fault.ts';
import type { Observed } from './observe.ts';

/** A check never waits longer than this for one answer: what takes longer shows by not being there. */
export const patienceMs = 2_000;

/** Limit of one exchange that should take at least so long. */
export function limitFor(atLeastMs: number): number {
  return atLeastMs >= patienceMs ? patienceMs : atLeastMs + 1_000;
}

/** Did the answer take at least so long? */
export function isSlow(observed: Observed, atLeastMs: number): Effect {
  const { outcome, answerMs } = observed;
  if (answerMs !== null) {
    return { seen: answerMs >= Math.min(atLeastMs, patienceMs), measured: `answered after ${rounded(answerMs)} ms` };
  }
  return { seen: outcome === 'silent', measured: unanswered(observed, limitFor(atLeastMs)) };
}

/** For people: how an exchange without an answer ended. */
export function unanswered({ outcome, bytes }: Observed, limitMs: number): string {
  const after = bytes === 0 ? '' : ` after ${bytes} bytes`;
  switch (outcome) {
    case 'silent':
      return `no whole answer within ${limitMs} ms`;
    case 'refused':
      return 'the connection was refused';
    case 'reset':
      return `the connection was reset${after}`;
    case 'closed':
      return `the connection was closed${after}`;
    case 'answered':
      return 'answered';
  }
}

export function rounded(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : String(Math.round(ms));
}
