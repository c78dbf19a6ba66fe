import type { Evidence, Operation } from '@lab/sdk';
import { expect, test } from 'vitest';
import { asked } from './testing/asked.ts';
import { evidence, healthyLab } from './testing/evidence.ts';
import { withinQuota } from './within-quota.ts';

const facts = { id: 'shop/quota', title: 'Quota', points: 10, lesson: 'lessons/limits#quota' };
const quotas = { free: { limit: 30, windowMs: 2_000, burst: 6 } };
const options = {
  ...facts,
  quotas,
  storeWaitMs: 50,
  views: ['flood'],
  circumstances: { flood: 'Three replicas served it.' },
};
const check = withinQuota({ ...options, experiments: ['flood'] });
const refused = asked({ fromMs: 0, everyMs: 10, count: 300, status: 429 }, 1_000);
const of = (history: readonly Operation[], change: Partial<Evidence> = {}) =>
  check.judge(evidence({ history, selected: ['flood'], ...change }));

test('limit and burst in one window are the plan', () => {
  expect(of([...asked({ fromMs: 0, everyMs: 50, count: 36 }), ...refused])).toEqual([]);
});

test('one more than limit and burst is over, with the replicas that let it through', () => {
  const [finding, ...others] = of([...asked({ fromMs: 500, everyMs: 50, count: 37 }), ...refused]);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    code: 'OVER_QUOTA',
    severity: 'failure',
    measured: { value: 37 },
    expected: { value: 36 },
    atMs: 500,
    refs: { experiment: 'flood', operations: [1, 2, 3, 4, 5] },
  });
  expect(finding?.message).toContain('13 by api-1, 12 by api-2, 12 by api-3');
  expect(finding?.message).toContain('Three replicas served it.');
});

test('twice the limit around the end of a window is over', () => {
  const before = asked({ fromMs: 1_700, everyMs: 8, count: 30 });
  const after = asked({ fromMs: 2_010, everyMs: 8, count: 30 }, 100);
  expect(of([...before, ...after, ...refused]).map(({ code }) => code)).toEqual(['OVER_QUOTA']);
});

test('each client is judged by itself', () => {
  const one = asked({ fromMs: 0, everyMs: 50, count: 30 });
  const other = asked({ fromMs: 0, everyMs: 50, count: 30, key: 'free:shop-09' }, 200);
  const others = refused.map((operation) => ({ ...operation, key: 'free:shop-09' }));
  expect(of([...one, ...refused, ...other, ...others])).toEqual([]);
});

test('answers so late that a replica may have decided alone prove nothing', () => {
  const late = asked({ fromMs: 0, everyMs: 50, count: 40, tookMs: 60 });
  const [finding, ...others] = of([...late, ...refused]);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ code: 'NOT_MEASURED', severity: 'inconclusive' });
});

test('what a replica let through right after it may have lost its store proves nothing either', () => {
  const ofOne = (some: readonly Operation[]) => some.map((one) => ({ ...one, replica: 'api-1' as const }));
  const late = ofOne(asked({ fromMs: 0, everyMs: 10, count: 3, tookMs: 60 }));
  const quick = ofOne(asked({ fromMs: 80, everyMs: 20, count: 40 }, 100));
  expect(of([...late, ...quick, ...refused]).map(({ code }) => code)).toEqual(['NOT_MEASURED']);
});

test('where most answers are late on a machine that has time, they are judged', () => {
  const slow = asked({ fromMs: 0, everyMs: 20, count: 60, tookMs: 60 });
  const [refusal, ...more] = asked({ fromMs: 0, everyMs: 20, count: 20, status: 429 }, 1_000);
  const history = [...slow, ...(refusal === undefined ? [] : [refusal]), ...more];
  expect(of(history).map(({ code }) => code)).toEqual(['OVER_QUOTA']);
  const busy = { ...healthyLab, echo: { ...healthyLab.echo, p95Ms: 80 } };
  expect(of(history, { labHealth: busy }).map(({ code }) => code)).toEqual(['NOT_MEASURED']);
});

test('a store that the lab made late is taken into account by the plan alone', () => {
  const late = withinQuota({ ...options, experiments: ['flood'], lateStore: true });
  const history = [...asked({ fromMs: 0, everyMs: 1, count: 120, tookMs: 60 })];
  expect(late.judge(evidence({ history, selected: ['flood'] })).map(({ code }) => code)).toEqual(['OVER_QUOTA']);
});

test('a client that never asked for too much, or nobody at all, proves nothing', () => {
  expect(of(asked({ fromMs: 0, everyMs: 100, count: 60 })).map(({ code }) => code)).toEqual(['NOT_MEASURED']);
  expect(of([]).map(({ code }) => code)).toEqual(['NOT_MEASURED']);
  expect(check.judge(evidence())).toEqual([]);
});
