import type { Operation } from '@lab/sdk';
import { expect, test } from 'vitest';
import { servedWithinQuota } from './served-within-quota.ts';
import { asked } from './testing/asked.ts';
import { evidence } from './testing/evidence.ts';

const check = servedWithinQuota({
  id: 'shop/served',
  title: 'Served',
  points: 10,
  lesson: 'lessons/limits#served',
  experiments: ['flood'],
  quotas: { free: { limit: 30, windowMs: 2_000, burst: 6 } },
  storeWaitMs: 50,
  views: ['even'],
  circumstances: { flood: 'Others were in a flood.' },
  unansweredShareMax: 0.02,
});
const of = (history: readonly Operation[]) => check.judge(evidence({ history, selected: ['flood'] }));
const even = asked({ fromMs: 0, everyMs: 2_000 / 27, count: 80, view: 'even' });
const changed = (ids: readonly number[], change: Partial<Operation>) =>
  even.map((one) => (ids.includes(one.id) ? { ...one, ...change } : one));

test('a client at nine tenths of its limit that is always served is well', () => {
  expect(of(even)).toEqual([]);
});

test('one refusal of such a client is one too many', () => {
  const [finding, ...others] = of(changed([40], { status: 429 }));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ code: 'REFUSED_WITHIN_PLAN', severity: 'failure', refs: { operations: [40] } });
  expect(finding?.message).toContain('Others were in a flood.');
});

test('a refusal among requests that came all at once is no fault', () => {
  const late = even.map((one) => (one.id >= 30 && one.id < 45 ? { ...one, startMs: 3_100, endMs: 3_104 } : one));
  expect(of(late.map((one) => (one.id === 44 ? { ...one, status: 429 } : one)))).toEqual([]);
});

test('a refusal that took so long that the store may have been late proves nothing', () => {
  const refused = even.find(({ id }) => id === 40);
  const found = of(changed([40], { status: 429, endMs: (refused?.startMs ?? 0) + 50 }));
  expect(found.map(({ severity }) => severity)).toEqual(['inconclusive']);
});

test('a refusal by another status is no service; one in eighty may be the machine’s', () => {
  expect(of(changed([40], { status: 503 }))).toEqual([]);
  expect(of(changed([40, 41], { status: 503 })).map(({ code }) => code)).toEqual(['NOT_SERVED']);
  expect(of(changed([40, 41], { status: 0, error: 'TIMED_OUT' }))[0]?.message).toContain('TIMED_OUT');
});

test('nobody who kept to its plan, nothing judged', () => {
  expect(of([]).map(({ code }) => code)).toEqual(['NOT_MEASURED']);
  expect(check.judge(evidence())).toEqual([]);
});
