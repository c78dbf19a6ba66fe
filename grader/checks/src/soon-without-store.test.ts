import type { Evidence, Operation } from '@lab/sdk';
import { expect, test } from 'vitest';
import { soonWithoutStore } from './soon-without-store.ts';
import { asked } from './testing/asked.ts';
import { evidence, experimentRecord, healthyLab } from './testing/evidence.ts';

const check = soonWithoutStore({
  id: 'shop/soon',
  title: 'Soon',
  points: 10,
  lesson: 'lessons/limits#soon',
  experiments: ['silent'],
  before: ['before'],
  away: ['away'],
  waitMsMax: 100,
  slowMs: 300,
  slowShareMax: 0.05,
  circumstances: { silent: 'The store was silent.' },
});
const of = (history: readonly Operation[], change: Partial<Evidence> = {}) =>
  check.judge(evidence({ history, selected: ['silent'], ...change }));

const calm = asked({ experiment: 'silent', view: 'before', fromMs: 0, everyMs: 10, count: 60, tookMs: 5 });
const away = (tookMs: number | ((index: number) => number), count = 120): Operation[] =>
  asked({ experiment: 'silent', view: 'away', fromMs: 1_000, everyMs: 10, count }, 100).map((one, index) => {
    return { ...one, endMs: one.startMs + (typeof tookMs === 'number' ? tookMs : tookMs(index)) };
  });

test('as soon as before, but for those that find out', () => {
  expect(of([...calm, ...away((index) => (index < 12 ? 105 : 6))])).toEqual([]);
});

test('a wait that every request may have is none', () => {
  expect(of([...calm, ...away(105)])).toEqual([]);
});

test('a longer wait in every request is one, for each replica that has it', () => {
  const found = of([...calm, ...away((index) => (index % 3 === 1 ? 160 : 6))]);
  expect(found).toMatchObject([
    { code: 'EVERYBODY_WAITS', severity: 'failure', measured: { value: 155 }, expected: { value: 100 } },
  ]);
  expect(found[0]?.message).toContain('through api-2 took 160 ms');
  expect(found[0]?.message).toContain('The store was silent.');
  expect(of([...calm, ...away(160)])).toHaveLength(3);
});

test('a machine that is slow before as well is not held against the service', () => {
  const slowCalm = calm.map((one) => ({ ...one, endMs: one.startMs + 200 }));
  expect(of([...slowCalm, ...away(290)])).toEqual([]);
});

test('one in twenty may hang, and one more may not', () => {
  expect(of([...calm, ...away((index) => (index < 6 ? 2_000 : 6))])).toEqual([]);
  expect(of([...calm, ...away((index) => (index < 7 ? 2_000 + index : 6))])).toMatchObject([
    {
      code: 'REQUESTS_HUNG',
      measured: { value: 7 },
      expected: { value: 6 },
      refs: { operations: [106, 105, 104, 103, 102] },
    },
  ]);
});

test('what hung before is added to that share, and a busy machine has more time', () => {
  const withSlow = calm.map((one, index) => (index < 6 ? { ...one, endMs: one.startMs + 900 } : one));
  expect(of([...withSlow, ...away((index) => (index < 18 ? 2_000 : 6))])).toEqual([]);
  const labHealth = { ...healthyLab, echo: { ...healthyLab.echo, p95Ms: 40 } };
  expect(of([...calm, ...away((index) => (index < 30 ? 790 : 6))], { labHealth })).toEqual([]);
  expect(of([...calm, ...away((index) => (index < 30 ? 810 : 6))], { labHealth }).map(({ code }) => code)).toEqual([
    'REQUESTS_HUNG',
  ]);
});

test('too few requests prove nothing', () => {
  expect(of([...calm, ...away(6, 5)]).map(({ code }) => code)).toEqual(['NOT_MEASURED']);
  expect(of(away(6)).map(({ code }) => code)).toEqual(['NOT_MEASURED']);
  expect(check.judge(evidence())).toEqual([]);
});

test('a replica that is late with everything while the store is away is not held against the service', () => {
  const history = [...calm, ...away((index) => (index < 40 ? 800 : 6))];
  const control = (controlP95Ms: number) => [experimentRecord({ experiment: 'silent', facts: { controlP95Ms } })];
  expect(of(history, { experiments: control(300) })).toEqual([]);
  expect(of(history, { experiments: control(20) }).map(({ code }) => code)).toContain('REQUESTS_HUNG');
});
