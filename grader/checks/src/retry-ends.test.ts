import type { Check } from '@lab/sdk';
import { expect, test } from 'vitest';
import { attemptsEnd } from './attempts-end.ts';
import { finalIsFinal } from './final-is-final.ts';
import { othersGoOn } from './others-go-on.ts';
import { redrivenOnce } from './redriven-once.ts';
import { order } from './testing/evidence.ts';
import { runOf, type Tried } from './testing/tried-orders.ts';
import { triedUntilCharged } from './tried-until-charged.ts';

const facts = { id: 'shop/x', title: 'X', points: 5, lesson: 'lessons/x#x', experiments: ['outage', 'settle'] };
const final = finalIsFinal({ ...facts, groups: ['final'], letterWithinMs: 5_000 });
const passes = triedUntilCharged({ ...facts, groups: ['passes'] });
const ends = attemptsEnd({ ...facts, groups: ['failed'], attemptsMax: 5 });
const redriven = redrivenOnce({ ...facts, groups: ['final', 'failed'] });
const others = othersGoOn({ ...facts, groups: ['well'], withinMs: 5_000 });
const codes = (check: Check, ...orders: readonly Tried[]) => check.judge(runOf(orders)).map(({ code }) => code);

const letter = { seenAtMs: 10_400 };
const four = [1_200, 2_400, 4_800, 4_800];

test.each<[string, Tried, readonly string[]]>([
  ['is asked once, with a dead letter', { letter }, []],
  ['is asked again', { letter, gapsMs: [1_200] }, ['ASKED_AGAIN']],
  ['has no dead letter', {}, ['NO_DEAD_LETTER']],
  ['has a dead letter at last', { letter: { seenAtMs: 15_001 } }, ['DEAD_LETTER_LATE']],
  ['has a letter that counts wrong', { letter: { ...letter, attempts: 0 } }, ['DEAD_LETTER_WRONG']],
  ['has a letter without an error', { letter: { ...letter, lastError: ' ' } }, ['DEAD_LETTER_WRONG']],
  ['has the letter of another request', { letter: { ...letter, requestId: 'other' } }, ['DEAD_LETTER_WRONG']],
  [
    'is asked again because somebody redrove it',
    { letter: { ...letter, attempts: 1 }, gapsMs: [4_000], redrivenMs: 13_000 },
    [],
  ],
])('an order that is refused for good %s', (_name, tried, found) => {
  expect(codes(final, { group: 'final', told: '422', status: 422, ...tried })).toEqual(found);
});

test.each<[string, Tried, readonly string[]]>([
  ['is charged and shows it', { gapsMs: [1_300], charged: [11_300], shows: 1 }, []],
  ['is never charged', {}, ['NOT_CHARGED']],
  ['is charged twice', { charged: [10_000, 11_300], shows: 1 }, ['CHARGED_TWICE']],
  ['does not show it', { charged: [11_300], shows: 0 }, ['NOT_SHOWN_AS_PAID']],
])('an order whose trouble passes %s', (_name, tried, found) => {
  expect(codes(passes, { group: 'passes', told: '429', ...tried })).toEqual(found);
});

test.each<[string, Tried, readonly string[]]>([
  ['is tried five times', { gapsMs: four, letter }, []],
  ['is tried a sixth time', { gapsMs: [...four, 4_800], letter }, ['TRIED_TOO_OFTEN']],
  ['is given up at once', { letter }, ['GIVEN_UP_EARLY']],
  ['is dropped', { gapsMs: four }, ['NO_DEAD_LETTER']],
  ['has a letter that counts wrong', { gapsMs: four, letter: { ...letter, attempts: 4 } }, ['DEAD_LETTER_WRONG']],
])('an order that is refused each time %s', (_name, tried, found) => {
  expect(codes(ends, tried)).toEqual(found);
});

test.each<[string, Tried, readonly string[]]>([
  ['is charged', { charged: [20_100], shows: 1 }, []],
  ['is not charged', {}, ['NOT_CHARGED']],
  ['is charged twice', { charged: [20_100, 20_101], shows: 1 }, ['CHARGED_TWICE']],
])('an order that was redriven %s', (_name, tried, found) => {
  expect(codes(redriven, { letter, redrivenMs: 20_000, ...tried })).toEqual(found);
});

test.each<[string, Tried, readonly string[]]>([
  ['in time', { fromMs: 10_000, charged: [15_000] }, []],
  ['late', { fromMs: 10_000, charged: [15_001] }, ['OTHERS_WAITED']],
  ['not at all', { fromMs: 10_000 }, ['OTHERS_WAITED']],
])('an order that nothing is wrong with is charged %s', (_name, tried, found) => {
  expect(codes(others, { group: 'well', ...tried })).toEqual(found);
});

test('orders that are refused meanwhile are found; one may be the machine’s', () => {
  const refused = [1, 2].map((id) =>
    order({ id, key: 'unknown', experiment: 'outage', outcome: 'unknown', status: 503, value: null }),
  );
  const well: Tried = { group: 'well', fromMs: 10_000, charged: [10_100] };
  const found = (count: number) => {
    const run = runOf([well]);
    return others.judge({ ...run, history: [...run.history, ...refused.slice(0, count)] }).map(({ code }) => code);
  };
  expect(found(1)).toEqual([]);
  expect(found(2)).toEqual(['ORDERS_REFUSED']);
});

test.each([
  ['final-is-final', final],
  ['tried-until-charged', passes],
  ['attempts-end', ends],
  ['redriven-once', redriven],
  ['others-go-on', others],
])('%s does not judge without the provider’s log, or without an order of its own', (_name, check) => {
  expect(check.judge(runOf([], { tables: [] })).map(({ code }) => code)).toEqual(['NOT_MEASURED']);
  expect(codes(check)).toEqual(['NOT_MEASURED']);
  expect(check.judge(runOf([], { selected: [] }))).toEqual([]);
});
