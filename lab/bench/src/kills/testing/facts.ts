import type { Round } from '../draw/plan.ts';
import { nothingSeen, type RoundFacts } from '../judge/round-facts.ts';

/** A round that found nothing; tests say what else. */
export function roundFacts(seen: Partial<RoundFacts> = {}, round: Partial<Round> = {}): RoundFacts {
  return {
    ...nothingSeen,
    wasHit: true,
    struckAfterMs: 100,
    note: '',
    tookMs: 1_000,
    ...seen,
    round: {
      number: 3,
      scenario: 'cache',
      phase: 'load',
      victim: { kind: 'lab', ending: 'SIGKILL', frozen: null },
      moment: 0.5,
      fault: 0.5,
      target: 0.5,
      isInjecting: false,
      isForeground: false,
      isFirstStart: false,
      startsAgain: false,
      ...round,
    },
  };
}
