import type { Operation } from '@lab/sdk';
import { expect, test } from 'vitest';
import { servedAlone } from './served-alone.ts';
import { asked } from './testing/asked.ts';
import { evidence } from './testing/evidence.ts';

const check = servedAlone({
  id: 'shop/served',
  title: 'Served',
  points: 10,
  lesson: 'lessons/limits#served',
  experiments: ['silent'],
  quotas: { pro: { limit: 30, windowMs: 1_000, burst: 6 } },
  replicas: 3,
  views: ['even-away'],
  healing: { views: ['even-healing'], shareMax: 0.1 },
  circumstances: { silent: 'The store was silent.' },
});
const of = (history: readonly Operation[]) => check.judge(evidence({ history, selected: ['silent'] }));

/** Three quarters of the plan, through three replicas in turn. */
const pace = { experiment: 'silent', key: 'pro:shop-07', everyMs: 44, count: 36 } as const;
const away = asked({ ...pace, view: 'even-away', fromMs: 1_000 });
const healing = asked({ ...pace, view: 'even-healing', fromMs: 4_000 }, 100);
const changed = (all: readonly Operation[], ids: readonly number[], change: Partial<Operation>) =>
  all.map((one) => (ids.includes(one.id) ? { ...one, ...change } : one));
const refused = { status: 429, outcome: 'fail' } as const;

test('who is served all the time has no finding', () => {
  expect(of([...away, ...healing])).toEqual([]);
});

test('one refusal within the plan is one too many', () => {
  const [finding, ...others] = of([...changed(away, [20, 8], refused), ...healing]);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    code: 'REFUSED_WITHOUT_STORE',
    measured: { text: '2 of 36 refused', value: 2 },
    atMs: away[7]?.startMs,
    refs: { experiment: 'silent', operations: [8, 20] },
  });
  expect(finding?.message).toContain('The store was silent.');
});

test('what was sent so closely that a third of the plan may have been used up proves nothing', () => {
  const bunch = asked({ ...pace, view: 'even-away', fromMs: 1_000, everyMs: 1, count: 15 });
  expect(of([...changed(bunch, [14, 15], refused), ...healing])).toEqual([]);
});

test('an error, or no answer, is no service', () => {
  const [error] = of([...changed(away, [3], { status: 503, outcome: 'unknown' }), ...healing]);
  expect(error).toMatchObject({ code: 'NOT_SERVED_WITHOUT_STORE', measured: { value: 1 }, refs: { operations: [3] } });
  expect(error?.message).toContain('status 503');
  const [silence] = of([...changed(away, [3], { status: 0, outcome: 'unknown', error: 'TIMED_OUT' }), ...healing]);
  expect(silence?.message).toContain('TIMED_OUT');
});

test('a tenth may fail while the store comes back', () => {
  expect(of([...away, ...changed(healing, [101, 102, 103], refused)])).toEqual([]);
  expect(of([...away, ...changed(healing, [101, 102, 103, 104], refused)])).toMatchObject([
    { code: 'NOT_SERVED_AFTER_OUTAGE', measured: { value: 4 }, expected: { value: 3 } },
  ]);
});

test('silence is no proof', () => {
  expect(of(healing).map(({ code }) => code)).toEqual(['NOT_MEASURED']);
  expect(check.judge(evidence())).toEqual([]);
});
