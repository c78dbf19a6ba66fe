import { expect, test } from 'vitest';
import { shownAsAsked } from './shown-as-asked.ts';
import { evidence, experimentRecord, operation } from './testing/evidence.ts';

const check = shownAsAsked({
  id: 'shop/own-page',
  title: 'Own page',
  points: 1,
  lesson: 'lessons/x#own-page',
  experiment: 'beside',
  view: 'page',
  circumstance: 'Two shops.',
});
const record = experimentRecord({ experiment: 'beside', facts: { 'shop-1': 11, 'shop-2': 22 } });
const read = operation({ experiment: 'beside', view: 'page', key: 'shop-1', value: 11 });
const judge = (change: Partial<typeof read>, reached = true) =>
  check.judge(
    evidence({
      selected: ['beside'],
      experiments: [{ ...record, reached }],
      history: [read, { ...read, id: 2, ...change }],
    }),
  );

test('each reader is shown what was asked for', () => {
  expect(judge({ key: 'shop-2', value: 22 })).toEqual([]);
});

test.each([11, null])('a reader who is shown %s instead is found', (value) => {
  const [found] = judge({ key: 'shop-2', value });
  expect(found).toMatchObject({ code: 'WRONG_PAGE', refs: { operations: [2] } });
  expect(found?.message).toContain('Two shops. 1 of 2 readers');
});

test('an error is no page, and what was not brought about proves nothing', () => {
  expect(judge({ key: 'shop-2', outcome: 'unknown', value: null })).toEqual([]);
  expect(judge({}, false)).toMatchObject([{ code: 'NOT_MEASURED', severity: 'inconclusive' }]);
  expect(check.judge(evidence())).toEqual([]);
});
