import { expect, test } from 'vitest';
import { readersAnswered } from './readers-answered.ts';
import { evidence, experimentRecord, healthyLab, operation } from './testing/evidence.ts';

const options = {
  id: 'shop/answered',
  title: 'Answered',
  points: 1,
  lesson: 'lessons/x#answered',
  experiments: ['crowd'],
  views: ['crowd'],
  viewsOfNothing: ['nothing'],
  waitMsMax: 1_000,
  circumstances: { crowd: 'Ninety asked.' },
};
const check = readersAnswered(options);
const reader = operation({ experiment: 'crowd', view: 'crowd', startMs: 100, endMs: 2_100 });
const attempt = experimentRecord({ experiment: 'crowd', startMs: 50, endMs: 9_000, facts: { releasedMs: 2_000 } });

const seen = (change: Partial<typeof reader>, record = attempt, echoP95Ms = 2) =>
  evidence({
    selected: ['crowd'],
    experiments: [record],
    history: [{ ...reader, ...change }],
    labHealth: { ...healthyLab, echo: { ...healthyLab.echo, p95Ms: echoP95Ms } },
  });
const codes = (...[change, record, echo]: Parameters<typeof seen>) =>
  check.judge(seen(change, record, echo)).map(({ code }) => code);

test('who waits for a page until it can be made has not waited', () => {
  expect(codes({ endMs: 3_000 })).toEqual([]);
  expect(codes({ endMs: 3_001 })).toEqual(['READERS_WAIT_LONG']);
});

test('who comes later has nothing to wait for', () => {
  expect(codes({ startMs: 4_000, endMs: 5_000 })).toEqual([]);
  expect(codes({ startMs: 4_000, endMs: 5_001 })).toEqual(['READERS_WAIT_LONG']);
});

test('pages that could be had all the time are waited for from the beginning', () => {
  const always = readersAnswered({ ...options, fromStart: true });
  expect(always.judge(seen({})).map(({ code }) => code)).toEqual(['READERS_WAIT_LONG']);
});

test('on a machine whose echo is late more time is allowed', () => {
  expect(codes({ endMs: 3_900 }, attempt, 100)).toEqual([]);
});

test.each([
  ['refused', { outcome: 'unknown', status: 503, value: null, error: 'OVERLOADED' }, '503 OVERLOADED'],
  ['told that there is no such page', { outcome: 'fail', status: 404, value: null }, '404'],
  ['given an empty page', { value: null }, '200, without the page'],
  ['not answered', { outcome: 'unknown', status: 0, value: null, error: 'TIMED_OUT' }, 'TIMED_OUT'],
] as const)('a reader who is %s is turned away', (_name, change, said) => {
  const [found] = check.judge(seen(change));
  expect(found?.code).toBe('READERS_TURNED_AWAY');
  expect(found?.message).toContain(`(${said})`);
});

test('that there is no such page is the answer where there is none', () => {
  expect(codes({ view: 'nothing', outcome: 'fail', status: 404, value: null })).toEqual([]);
  expect(codes({ view: 'nothing' })).toEqual(['READERS_TURNED_AWAY']);
});

test('attempts that did not reach their barrier, and reads from before it, prove nothing', () => {
  expect(codes({ status: 503, outcome: 'unknown' }, { ...attempt, reached: false })).toEqual(['NOT_MEASURED']);
  expect(codes({ status: 503, outcome: 'unknown' }, { ...attempt, startMs: 101 })).toEqual(['NOT_MEASURED']);
  expect(check.judge(evidence())).toEqual([]);
});
