import { expect, test } from 'vitest';
import { outageTold } from './outage-told.ts';
import { evidence, experimentRecord } from './testing/evidence.ts';

const check = outageTold({
  id: 'shop/told',
  title: 'Told',
  points: 5,
  lesson: 'lessons/limits#told',
  experiments: ['silent'],
  figure: 'store_available',
});
const told = { figuresBefore: '1,1,1', figuresAway: '0,0,0', figuresAfter: '1,1,1' };
const of = (facts: Readonly<Record<string, string | null>>) =>
  check.judge(evidence({ selected: ['silent'], experiments: [experimentRecord({ experiment: 'silent', facts })] }));

test('1, then 0, then 1 again, of each replica that runs', () => {
  expect(of(told)).toEqual([]);
  expect(of({ ...told, figuresAway: '0,0', figuresAfter: '1,1.0' })).toEqual([]);
});

test.each([
  ['figuresBefore', '1,0,1', 'FALSE_ALARM', 1],
  ['figuresAway', '0,1,0', 'OUTAGE_UNTOLD', 0],
  ['figuresAway', '0,?,0', 'OUTAGE_UNTOLD', 0],
  ['figuresAway', '', 'OUTAGE_UNTOLD', 0],
  ['figuresAfter', '0,1,1', 'ALARM_STAYS_ON', 1],
])('%s of "%s" is %s', (fact, figures, code, value) => {
  expect(of({ ...told, [fact]: figures })).toMatchObject([{ code, measured: { text: figures }, expected: { value } }]);
});

test('the message says what was read', () => {
  expect(of({ ...told, figuresAway: '0,?,1' })[0]?.message).toContain('store_available of the replicas was 0, ?, 1 (');
});

test('figures that were not read prove nothing', () => {
  expect(of({ ...told, figuresAway: null }).map(({ code }) => code)).toEqual(['NOT_MEASURED']);
  expect(check.judge(evidence({ selected: ['silent'] })).map(({ code }) => code)).toEqual(['NOT_MEASURED']);
  expect(check.judge(evidence())).toEqual([]);
});
