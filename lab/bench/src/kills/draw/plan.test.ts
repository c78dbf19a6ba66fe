import { expect, test } from 'vitest';
import { describeRound } from './describe-round.ts';
import { drawsOf, pick, weighted } from './draws.ts';
import { planRound, type Round, type StackFacts } from './plan.ts';

const stacks: readonly StackFacts[] = [
  { scenario: 'cache', parts: ['postgres', 'redis-cache', 'toxiproxy'], replicas: ['api-1', 'api-2', 'api-3'] },
  { scenario: 'jobs', parts: ['postgres', 'payment', 'toxiproxy'], replicas: ['api-1', 'worker-1'] },
];

function rounds(seed: number, count: number): readonly Round[] {
  return Array.from({ length: count }, (_, index) => planRound({ seed, number: index + 1, stacks }));
}

test('a round does not depend on the rounds before it', () => {
  expect(planRound({ seed: 7, number: 63, stacks })).toEqual(rounds(7, 80)[62]);
  expect(rounds(7, 30)).not.toEqual(rounds(8, 30));
});

test('ten rounds in a row share a scenario', () => {
  const scenarios = rounds(3, 40).map(({ scenario }) => scenario);
  for (const from of [0, 10, 20, 30]) expect(new Set(scenarios.slice(from, from + 10)).size).toBe(1);
  expect(new Set(rounds(3, 200).map(({ scenario }) => scenario))).toEqual(new Set(['cache', 'jobs']));
});

test('every phase and every kind of victim comes up within a few hundred rounds', () => {
  const drawn = rounds(1, 400);
  expect(new Set(drawn.map(({ phase }) => phase)).size).toBe(6);
  expect(new Set(drawn.map(({ victim }) => victim.kind)).size).toBe(7);
  const parts = drawn.flatMap(({ victim }) => (victim.kind === 'part' ? victim.part : []));
  expect(new Set(parts)).toEqual(new Set(['postgres', 'redis-cache', 'payment', 'toxiproxy', 'k6', 'echo']));
  expect(drawn.some(({ victim }) => victim.kind === 'lab' && victim.frozen !== null)).toBe(true);
});

test('victims belong to the stack of their round', () => {
  for (const { scenario, victim } of rounds(5, 400)) {
    const stack = stacks.find((candidate) => candidate.scenario === scenario);
    if (victim.kind === 'replica') expect(stack?.replicas).toContain(victim.replica);
    if (victim.kind === 'part') expect([...(stack?.parts ?? []), 'k6', 'echo']).toContain(victim.part);
  }
});

test('a terminal is closed only where there is one', () => {
  const closed = rounds(2, 2_000).filter(({ victim }) => victim.kind === 'lab' && victim.ending === 'closed-terminal');
  expect(new Set(closed.map(({ phase }) => phase))).toEqual(new Set(['start', 'grade']));
  for (const round of closed) expect(round.phase === 'grade' || round.isForeground).toBe(true);
});

test('gaps between two kills stay within their limits', () => {
  for (const { victim } of rounds(4, 1_000)) {
    if (victim.kind === 'guardian-first') expect(victim.gapMs).toBeLessThanOrEqual(20);
    if (victim.kind === 'lab-first') expect(victim.gapMs).toBeLessThanOrEqual(200);
  }
});

test('a share falls on items as wide as their weights', () => {
  expect([0, 0.24, 0.26, 0.999].map((share) => weighted(share, [['a', 1] as const, ['b', 3] as const]))).toEqual([
    'a',
    'a',
    'b',
    'b',
  ]);
  expect(pick(0.5, ['a', 'b'])).toBe('b');
  expect(() => pick(0.5, [])).toThrow(RangeError);
  expect(drawsOf(1, 2)('x')).not.toBe(drawsOf(1, 2)('y'));
});

test('a round is told in a few words', () => {
  const round: Round = {
    ...planRound({ seed: 1, number: 1, stacks }),
    scenario: 'cache',
    phase: 'fault',
    isForeground: false,
    isFirstStart: false,
    victim: { kind: 'guardian-first', gapMs: 7 },
  };
  expect(describeRound(round)).toBe('guardian, then lab after 7 ms; fault; cache');
  expect(describeRound({ ...round, victim: { kind: 'lab', ending: 'SIGKILL', frozen: 'postgres' } })).toBe(
    'lab, frozen before with postgres; fault; cache',
  );
});
