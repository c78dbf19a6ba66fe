import type { Check, Evidence } from '@lab/sdk';
import { expect, test } from 'vitest';
import { onlyReached } from './only-reached.ts';
import { evidence, experimentRecord, operation } from './testing/evidence.ts';

/** Tells what it was given. */
function listening() {
  const seen: Evidence[] = [];
  const check: Check = {
    id: 'shop/x',
    title: 'X',
    points: 1,
    lesson: 'lessons/x#x',
    experiments: ['away'],
    judge: (given) => {
      seen.push(given);
      return [];
    },
  };
  return { seen, check: onlyReached(check) };
}

const attempt = (number: number, reached: boolean) =>
  experimentRecord({ experiment: 'away', attempt: number, reached, startMs: number * 100, endMs: number * 100 + 99 });
const asked = (startMs: number) => operation({ experiment: 'away', startMs, endMs: startMs + 5 });

test('what was asked in an attempt that reached nothing is left out', () => {
  const { seen, check } = listening();
  const history = [asked(110), asked(210), operation({ startMs: 120, endMs: 125 })];
  const given = evidence({ selected: ['away'], experiments: [attempt(1, false), attempt(2, true)], history });
  expect(check.judge(given)).toEqual([]);
  expect(seen[0]?.history.map(({ startMs }) => startMs)).toEqual([210, 120]);
  expect(seen[0]?.selected).toEqual(['away']);
});

test('an experiment that reached nothing in any attempt decides nothing', () => {
  const { seen, check } = listening();
  const given = evidence({ selected: ['away', 'other'], experiments: [attempt(1, false)], history: [asked(110)] });
  expect(check.judge(given)).toMatchObject([{ code: 'NOT_MEASURED', severity: 'inconclusive' }]);
  expect(seen[0]?.selected).toEqual(['other']);
});
