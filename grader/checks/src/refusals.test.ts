import type { ExperimentRecord, Operation } from '@lab/sdk';
import { expect, test } from 'vitest';
import { countKeysEnd } from './count-keys-end.ts';
import { refusalsAreHonest } from './refusals-are-honest.ts';
import { refusalsAskNoDatabase } from './refusals-ask-no-database.ts';
import { stillServed } from './still-served.ts';
import { asked } from './testing/asked.ts';
import { evidence, experimentRecord } from './testing/evidence.ts';

const common = { id: 'shop/x', title: 'X', points: 5, lesson: 'lessons/limits#x', experiments: ['flood'] };
const run = (facts: ExperimentRecord['facts'], history: readonly Operation[] = []) =>
  evidence({ selected: ['flood'], history, experiments: [experimentRecord({ experiment: 'flood', facts })] });
const codes = (findings: readonly { readonly code: string }[]) => findings.map(({ code }) => code);

const served = stillServed({ ...common, quotas: { free: { limit: 30, windowMs: 2_000, burst: 6 } }, views: ['flood'] });
const refused = asked({ fromMs: 0, everyMs: 10, count: 400, status: 429 }, 1_000);

test('a client in a flood that goes on getting its quota is not locked out', () => {
  expect(served.judge(run({}, [...asked({ fromMs: 0, everyMs: 67, count: 60 }), ...refused]))).toEqual([]);
  const inPairs = asked({ fromMs: 0, everyMs: 8, count: 30 });
  const later = asked({ fromMs: 2_010, everyMs: 8, count: 30 }, 100);
  expect(served.judge(run({}, [...inPairs, ...later, ...refused]))).toEqual([]);
});

test('one that gets its first quota and then nothing is', () => {
  const found = served.judge(run({}, [...asked({ fromMs: 0, everyMs: 8, count: 36 }), ...refused]));
  expect(codes(found)).toEqual(['LOCKED_OUT']);
  expect(found[0]?.expected.value).toBe(22);
});

test('a flood that is too short says nothing about the quota that is left', () => {
  expect(codes(served.judge(run({}, refused.slice(0, 100))))).toEqual(['NOT_MEASURED']);
  expect(codes(served.judge(run({})))).toEqual(['NOT_MEASURED']);
});

const honest = refusalsAreHonest({
  ...common,
  views: ['flood'],
  afterWait: 'after-wait',
  waitSecondsMax: 3,
  otherShareMax: 0.02,
});
const told = { refused: 400, withoutRetryAfter: 0, badRetryAfter: null, longestRetryAfter: 2 };

test('refusals that say when to come back, and mean it', () => {
  const again = asked({ fromMs: 9_000, everyMs: 1, count: 1, view: 'after-wait' }, 5_000);
  expect(honest.judge(run(told, [...refused, ...again]))).toEqual([]);
  const no = again.map((one) => ({ ...one, status: 429 }));
  expect(codes(honest.judge(run(told, [...refused, ...no])))).toEqual(['REFUSED_AFTER_WAIT']);
});

test.each([
  ['RETRY_AFTER_MISSING', { withoutRetryAfter: 3, badRetryAfter: '0' }],
  ['RETRY_AFTER_TOO_LONG', { longestRetryAfter: 4 }],
])('%s is found', (code, change) => {
  expect(codes(honest.judge(run({ ...told, ...change }, refused)))).toEqual([code]);
});

test('whoever is over its plan gets a page or a 429, and soon', () => {
  const others = asked({ fromMs: 0, everyMs: 10, count: 9, status: 503 }, 3_000);
  expect(codes(honest.judge(run(told, [...refused, ...others])))).toEqual(['NEITHER_SERVED_NOR_REFUSED']);
  expect(codes(honest.judge(run(told, [...refused, ...others.slice(0, 5)])))).toEqual([]);
});

const ends = countKeysEnd({ ...common, lifeMsMax: 60_000, keysMax: 300 });
const keys = { keys: 40, withoutExpiry: 0, lingering: 0, example: null };

test('keys that end, and not too many of them', () => {
  expect(ends.judge(run(keys))).toEqual([]);
  expect(codes(ends.judge(run({})))).toEqual(['NOT_MEASURED']);
});

test.each([
  ['KEYS_WITHOUT_EXPIRY', { withoutExpiry: 1, example: 'count:free' }],
  ['KEYS_LINGER', { lingering: 2 }],
  ['KEYS_UNBOUNDED', { keys: 301 }],
])('%s is found', (code, change) => {
  expect(codes(ends.judge(run({ ...keys, ...change })))).toEqual([code]);
});

const frugal = refusalsAskNoDatabase({ ...common, perAccepted: 1, refusedPercent: 20, refusedMin: 200 });

test('refusals that cost the database nothing, and some that do', () => {
  expect(frugal.judge(run({ statements: 700, accepted: 500, refused: 1_000 }))).toEqual([]);
  expect(codes(frugal.judge(run({ statements: 701, accepted: 500, refused: 1_000 })))).toEqual([
    'REFUSALS_ASK_DATABASE',
  ]);
});

test('too few refusals, or no figures, say nothing about their cost', () => {
  expect(codes(frugal.judge(run({ statements: 700, accepted: 500, refused: 199 })))).toEqual(['NOT_MEASURED']);
  expect(codes(frugal.judge(run({})))).toEqual(['NOT_MEASURED']);
});
