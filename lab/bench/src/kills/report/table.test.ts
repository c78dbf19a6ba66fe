import { expect, test } from 'vitest';
import type { Round } from '../draw/plan.ts';
import type { RoundFacts } from '../judge/round-facts.ts';
import type { PlayedRound } from '../play/play-rounds.ts';
import { roundFacts } from '../testing/facts.ts';
import { cellsOf, killsSchema, type SummaryFacts, summarise } from './summary.ts';
import { roundLine, tableLines } from './table.ts';

const machine = { cores: 2, memoryGiB: 8, kernel: '6.1', node: 'v24', loadAverage: 0.1 };

function played(seen: Partial<RoundFacts>, round: Partial<Round> = {}, violations: PlayedRound['violations'] = []) {
  return { facts: roundFacts(seen, round), violations };
}

function summary(rounds: readonly PlayedRound[], facts: Partial<SummaryFacts> = {}) {
  return summarise({
    seed: 7,
    startedAt: '2026-01-01T00:00:00.000Z',
    machine,
    repeatOptions: '',
    played: { rounds, atEnd: [], tookMs: 60_000, lengths: { 'start cache': 3_999.6 } },
    ...facts,
  });
}

const planted = { code: 'LEFT_OVER', message: 'left after 5.0 s, they stayed: process 7 (sleep 60)' } as const;
const rounds: readonly PlayedRound[] = [
  played({ end: { goneAfterMs: 600.4, left: [] } }),
  played({ end: { goneAfterMs: null, left: ['process 7 (sleep 60)'] } }, { number: 4 }, [planted]),
  played({ wasHit: false, telling: 'told' }, { phase: 'fault', victim: { kind: 'replica', replica: 'api-2' } }),
];

test('rounds are counted by victim and phase', () => {
  expect(cellsOf(rounds)).toEqual([
    { victim: 'api', phase: 'fault', rounds: 1, missed: 1, left: 0, violations: 0, slowestMs: null },
    { victim: 'lab', phase: 'load', rounds: 2, missed: 0, left: 1, violations: 1, slowestMs: 600 },
  ]);
});

test('the document names a planted leftover, with the command that plays its round again', () => {
  const document = killsSchema.parse(summary(rounds, { repeatOptions: ' --scenario cache' }));
  expect(document.held).toBe(false);
  expect(document.roundsPerMinute).toBe(3);
  expect(document.violations).toEqual([
    {
      round: 4,
      what: 'lab; load; cache',
      ...planted,
      repeat: 'npm run kills -- --seed 7 --round 4 --scenario cache',
    },
  ]);
});

test('what is found after the last round counts too', () => {
  const { violations, held } = summary([], {
    played: { rounds: [], atEnd: [planted], tookMs: 1_000, lengths: {} },
  });
  expect(held).toBe(false);
  expect(violations[0]?.round).toBeNull();
});

test('the table has a line for each cell, one for all, and every violation', () => {
  expect(tableLines(summary(rounds))).toEqual([
    'Victim  Phase  Rounds  Missed  Left  Broken  Slowest',
    'api     fault       1       1     0       0',
    'lab     load        2       0     1       1    0.6 s',
    'all                 3       1     1       1    0.6 s',
    '',
    'LEFT_OVER  lab; load; cache',
    '  left after 5.0 s, they stayed: process 7 (sleep 60)',
    '  npm run kills -- --seed 7 --round 4',
    '',
    '3 rounds in 1.0 min, 3 a minute, seed 7.',
    '1 promise was broken.',
  ]);
  expect(tableLines(summary(rounds.slice(0, 1))).at(-1)).toBe('Every promise was kept.');
});

test('a line of progress says what came of the round', () => {
  expect(rounds.map(roundLine)).toEqual([
    '   3  lab; load; cache: nothing left after 0.6 s',
    '   4  lab; load; cache: LEFT_OVER: left after 5.0 s, they stayed: process 7 (sleep 60)',
    '   3  api-2; fault; cache: not there to be killed, told',
  ]);
});
