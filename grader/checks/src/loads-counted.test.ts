import { expect, test } from 'vitest';
import { loadsCounted } from './loads-counted.ts';
import { evidence, experimentRecord } from './testing/evidence.ts';

const check = loadsCounted({
  id: 'shop/one-load',
  title: 'Made once',
  points: 1,
  lesson: 'lessons/x#one-load',
  experiments: ['prepared', 'crowd'],
  loadsMax: 3,
  circumstances: { crowd: 'Ninety asked.' },
});

const crowd = (statements: number, loneStatements = 1, reached = true) =>
  evidence({
    selected: ['prepared', 'crowd'],
    experiments: [
      experimentRecord({ experiment: 'crowd', reached, facts: { readers: 90, statements, loneStatements } }),
    ],
  });

test.each([
  ['one for each replica', 3, 1, []],
  ['one more', 4, 1, ['TOO_MANY_LOADS']],
  ['pages of two statements each', 6, 2, []],
  ['one more of those', 7, 2, ['TOO_MANY_LOADS']],
])('%s', (_name, statements, lone, codes) => {
  expect(check.judge(crowd(statements, lone)).map(({ code }) => code)).toEqual(codes);
});

test('a page that ends meanwhile may be made once more', () => {
  const life = (statements: number) => {
    const facts = { readers: 300, statements, loneStatements: 1, times: 2 };
    const record = experimentRecord({ experiment: 'crowd', facts });
    return check.judge(evidence({ selected: ['crowd'], experiments: [record] }));
  };
  expect(life(6)).toEqual([]);
  expect(life(7)[0]?.message).toContain('2 times at the most, each time by 3 loads');
});

test('a finding says what was asked, and what one reader costs', () => {
  const [found] = check.judge(crowd(90));
  expect(found?.message).toContain(
    'Ninety asked. One reader alone costs the database 1 statement; these 90 cost it 90',
  );
  expect(found?.expected.value).toBe(3);
});

test.each([crowd(90, 1, false), evidence({ selected: ['crowd'] })])(
  'a crowd that did not come about proves nothing',
  (seen) => {
    expect(check.judge(seen)).toMatchObject([{ code: 'NOT_MEASURED', severity: 'inconclusive' }]);
  },
);

test('what was not asked for is not judged, nor what only prepares', () => {
  expect(check.judge(evidence({ selected: ['prepared'] }))).toEqual([]);
});
