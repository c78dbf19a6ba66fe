import type { Round, Victim } from './plan.ts';

/** The line of the table that a victim is counted in. */
export function victimRow(victim: Victim): string {
  switch (victim.kind) {
    case 'lab':
      return victim.ending === 'SIGKILL' ? 'lab' : 'lab, by a signal';
    case 'guardian':
      return 'guardian';
    case 'guardian-first':
      return 'guardian, then lab';
    case 'lab-first':
      return 'lab, then guardian';
    case 'command':
      return 'waiting command';
    case 'part':
      return victim.part;
    case 'replica':
      return victim.replica.replace(/-\d+$/, '');
  }
}

/** One round in a few words, as `guardian, then lab after 7 ms; fault; cache-stale-price`. */
export function describeRound(round: Round): string {
  const where = round.isForeground ? `${round.phase} in a terminal` : round.phase;
  const first = round.isFirstStart ? `${where}, without a workspace` : where;
  return `${describeVictim(round.victim)}; ${first}; ${round.scenario}`;
}

function describeVictim(victim: Victim): string {
  switch (victim.kind) {
    case 'lab':
      return `${victim.ending === 'SIGKILL' ? 'lab' : `lab by ${victim.ending}`}${frozenText(victim.frozen)}`;
    case 'guardian-first':
    case 'lab-first':
      return `${victimRow(victim)} after ${victim.gapMs} ms`;
    case 'replica':
      return victim.replica;
    default:
      return victimRow(victim);
  }
}

function frozenText(frozen: string | null): string {
  return frozen === null ? '' : `, frozen before with ${frozen}`;
}
