import { expect, test } from 'vitest';
import type { LabEvent } from '../stream/follow-events.ts';
import { type LiveGrade, withGradeEvent, withoutSession } from './live-grade.ts';

const graded = '20260101-000009-0000';
let seq = 0;
const tell = (event: string, fields: Record<string, unknown>): LabEvent => {
  seq += 1;
  return { event, run: 'r', seq, wall: 0, graded, ...fields };
};
const check = (status: string, more: Record<string, unknown> = {}): LabEvent =>
  tell('check', { id: 'x/a', title: 'A', status, points: 0, maxPoints: 10, experiments: 2, reached: 0, ...more });

const story = (): LabEvent[] => [
  tell('grade', { state: 'begun', scenario: 'x', subject: 'workspace' }),
  check('pending'),
  tell('grade', { state: 'measuring', phase: 'disturb', experiment: null }),
  check('pending', { reached: 1 }),
  tell('grade', { state: 'measuring', phase: 'disturb', experiment: 'commit-held' }),
  check('failed', { reached: 2, observed: 'old', expected: 'new' }),
  tell('grade', { state: 'judged', verdict: 'failed', score: 40, maxScore: 100, problem: null }),
];
const after = (events: readonly LabEvent[]): LiveGrade | null => events.reduce<LiveGrade | null>(withGradeEvent, null);

test('a check goes from pending to what became of it, and the verdict comes last', () => {
  const events = story();
  expect(after(events.slice(0, 2))).toMatchObject({ checks: [{ status: 'pending', reached: 0 }], judged: null });
  expect(after(events.slice(0, 3))).toMatchObject({ doing: 'orders of events are forced' });
  expect(after(events.slice(0, 5))).toMatchObject({ checks: [{ reached: 1 }], doing: 'disturb: commit-held' });
  expect(after(events)).toMatchObject({
    scenario: 'x',
    checks: [{ status: 'failed', observed: 'old' }],
    judged: { verdict: 'failed', score: 40 },
  });
});

test('the same comes out whatever the order in which it comes, and however often', () => {
  const events = story();
  const { checks, judged, doing, scenario } = after(events) ?? {};
  for (const order of [events.toReversed(), [...events, ...events], [...events.slice(3), ...events.slice(0, 3)]]) {
    expect(after(order)).toMatchObject({ checks, judged, doing, scenario });
  }
});

test('a new grade takes the place of the one before, which takes no place back', () => {
  const old = story();
  const next = tell('grade', { state: 'begun', graded: '20260101-000010-0000', scenario: 'y', subject: 'reference' });
  const last = old.at(-1);
  if (last === undefined) throw new Error('The story is empty.');
  expect(after([...old, next, last])).toMatchObject({ graded: '20260101-000010-0000', checks: [], judged: null });
});

test('a grade is cut by its own end and by that of the session, but not once it is judged', () => {
  const events = story();
  expect(after([...events.slice(0, 4), tell('grade', { state: 'cut' })])).toMatchObject({ isCut: true });
  expect(withoutSession(after(events.slice(0, 4)))).toMatchObject({ isCut: true });
  expect(withoutSession(after(events))).toMatchObject({ isCut: false });
  expect(withoutSession(null)).toBeNull();
});
