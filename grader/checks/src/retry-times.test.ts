import type { Check } from '@lab/sdk';
import { expect, test } from 'vitest';
import { comesBackApart } from './comes-back-apart.ts';
import { nominalMs, type Pauses } from './pauses.ts';
import { pausesGrow } from './pauses-grow.ts';
import { pausesVary } from './pauses-vary.ts';
import { order } from './testing/evidence.ts';
import { runOf, type Tried } from './testing/tried-orders.ts';
import { waitsAsTold } from './waits-as-told.ts';

const pauses: Pauses = { baseMs: 1_200, capMs: 4_800, variation: 0.3, attemptsMax: 5 };
const facts = { id: 'shop/x', title: 'X', points: 5, lesson: 'lessons/x#x', experiments: ['outage', 'settle'] };
const alone = { groups: ['well'], lateMsMax: 400 };
const grow = pausesGrow({ ...facts, pauses, groups: ['failed'], onceRefused: ['passes'], slackMs: 500, alone });
const vary = pausesVary({ ...facts, pauses, groups: ['failed'], afterAttempts: [3, 4], shareMin: 0.1, by: 0.1 });
const apart = comesBackApart({
  ...facts,
  failed: { groups: ['failed'], shareMax: 0.4, stretchMs: 400, fromAttempt: 4, toAttempt: 5 },
  told: { groups: ['told'], shareMax: 0.8, stretchMs: 200 },
  alone,
});
const waits = waitsAsTold({ ...facts, groups: ['told'], toldEachTime: ['each-time'], laterMs: 1_000, slackMs: 500 });

const COHORT = 120;
/** Numbers from 0 to 1 without a pattern, the same each time. */
const chance = (order: number, attempt: number): number => {
  const mixed = Math.sin(order * 12.9898 + attempt * 78.233) * 43_758.5453;
  return mixed - Math.floor(mixed);
};
type Pause = (attempt: number, random: number) => number;
const agreed: Pause = (attempt, random) => nominalMs(pauses, attempt) * (0.7 + 0.6 * random);

function cohort(pause: Pause, attempts = 5): readonly Tried[] {
  return Array.from({ length: COHORT }, (_, order) => ({
    gapsMs: Array.from({ length: attempts - 1 }, (_gap, index) => pause(index + 1, chance(order, index + 1))),
  }));
}
const toldCohort = (laterMs: (order: number) => number): readonly Tried[] =>
  Array.from({ length: 30 }, (_, order) => ({ group: 'told', retryAfterMs: 3_000, gapsMs: [3_000 + laterMs(order)] }));
const spread = toldCohort((order) => chance(order, 9) * 500);
const codes = (check: Check, orders: readonly Tried[]) => check.judge(runOf(orders)).map(({ code }) => code);

/** What each check finds in pauses of this shape; null where both are right. */
interface Shape {
  readonly growing: readonly string[] | null;
  readonly varying: readonly string[] | null;
  readonly together: readonly string[] | null;
}

const fine: Shape = { growing: [], varying: [], together: [] };
const wall = ['CAME_BACK_TOGETHER'];
const oneSided = ['NOT_VARIED'];
const tooShort = ['CAME_BACK_EARLY', 'PAUSES_TOO_SHORT'];

test.each<[string, Pause, Shape]>([
  ['as agreed', agreed, fine],
  ['picked up half a second late', (n, r) => agreed(n, r) + 450, fine],
  ['without variation', (n) => nominalMs(pauses, n), { growing: [], varying: ['NOT_VARIED'], together: wall }],
  ['varied by 100 ms', (n, r) => nominalMs(pauses, n) + 100 * r, { ...fine, varying: ['NOT_VARIED'], together: wall }],
  [
    'shorter only',
    (n, r) => nominalMs(pauses, n) * (1 - 0.3 * r),
    { growing: ['PAUSES_TOO_SHORT'], varying: oneSided, together: null },
  ],
  ['longer only', (n, r) => nominalMs(pauses, n) * (1 + 0.3 * r), { growing: null, varying: oneSided, together: null }],
  [
    'cut off at the cap',
    (n, r) => Math.min(4_800, 1_200 * 2 ** (n - 1) * (0.7 + 0.6 * r)),
    { growing: null, varying: oneSided, together: [] },
  ],
  ['the base each time', (_, r) => 1_200 * (0.7 + 0.6 * r), { growing: tooShort, varying: oneSided, together: null }],
  [
    'growing by the base',
    (n, r) => Math.min(4_800, 1_200 * n) * (0.7 + 0.6 * r),
    { growing: tooShort, varying: null, together: [] },
  ],
  [
    'without a longest',
    (n, r) => 1_200 * 2 ** (n - 1) * (0.7 + 0.6 * r),
    { growing: ['PAUSES_TOO_LONG'], varying: null, together: [] },
  ],
  ['anything up to it', (n, r) => nominalMs(pauses, n) * r, { growing: tooShort, varying: null, together: [] }],
])('pauses %s', (_name, pause, { growing, varying, together }) => {
  const orders = [...cohort(pause), ...spread];
  if (growing !== null) expect(codes(grow, orders)).toEqual(growing);
  if (varying !== null) expect(codes(vary, orders)).toEqual(varying);
  if (together !== null) expect(codes(apart, orders)).toEqual(together);
});

test('an order that is refused once does not come back at once either', () => {
  const once = (gapMs: number): Tried => ({ group: 'passes', told: '408', gapsMs: [gapMs] });
  expect(codes(grow, [...cohort(agreed), once(900)])).toEqual([]);
  expect(codes(grow, [...cohort(agreed), once(150)])).toEqual(['CAME_BACK_EARLY']);
});

test('nor does one whose connection went: it was given up after its request had come', () => {
  const lost = (gapMs: number): Tried => ({
    group: 'passes',
    told: 'with a lost reply',
    gapsMs: [gapMs],
    isUnanswered: true,
  });
  expect(codes(grow, [...cohort(agreed), lost(900)])).toEqual([]);
  expect(codes(grow, [...cohort(agreed), lost(150)])).toEqual(['CAME_BACK_EARLY']);
});

test('a few pauses that are too long may be the machine’s; many are not', () => {
  const some = (late: number): readonly Tried[] =>
    cohort(agreed).map((tried, order) => (order < late ? { gapsMs: [2_400, 2_400, 4_800, 4_800] } : tried));
  expect(codes(grow, some(6))).toEqual([]);
  expect(codes(grow, some(7))).toEqual(['CAME_BACK_LATE']);
});

test('orders that were told together come apart', () => {
  const failed = cohort(agreed);
  expect(codes(apart, [...failed, ...toldCohort((order) => order * 4)])).toEqual(['TOLD_CAME_TOGETHER']);
  expect(codes(apart, [...failed, ...spread])).toEqual([]);
});

test('where a quarter is picked up a second late, pauses that do not vary still do not', () => {
  const late: Pause = (n, r) => nominalMs(pauses, n) + (r > 0.75 ? 1_000 * r : 60 * r);
  expect(codes(vary, cohort(late))).toEqual(['NOT_VARIED']);
});

/** When the example's orders were accepted. */
const placedMs = order().endMs;

test('where orders that nothing is wrong with are picked up late, coming apart and coming late prove nothing', () => {
  const well = (lateMs: number): readonly Tried[] =>
    Array.from({ length: 6 }, () => ({ group: 'well', fromMs: placedMs, atMs: placedMs + lateMs }));
  expect(codes(apart, [...cohort(agreed), ...spread, ...well(60)])).toEqual([]);
  expect(codes(apart, [...cohort(agreed), ...spread, ...well(600)])).toEqual(['NOT_MEASURED']);
  const behind: readonly Tried[] = Array.from({ length: 9 }, () => ({ group: 'well', fromMs: 10_500, atMs: 11_500 }));
  expect(codes(apart, [...cohort(agreed), ...spread, ...well(60), ...behind])).toEqual([]);
  const even: Pause = (n) => nominalMs(pauses, n);
  expect(codes(apart, [...cohort(even), ...spread, ...well(600)])).toEqual(wall);
  const long: Pause = (n, r) => 4 * agreed(n, r);
  expect(codes(grow, [...cohort(long), ...well(60)])).toEqual(['PAUSES_TOO_LONG']);
  expect(codes(grow, [...cohort(long), ...well(600)])).toEqual(['NOT_MEASURED']);
});

test('where nobody was picked up for a moment, coming together proves nothing', () => {
  expect(codes(apart, [...cohort(agreed), ...toldCohort((order) => 300 + order * 4)])).toEqual(['NOT_MEASURED']);
});

test('too few that failed in one moment prove nothing', () => {
  const apartInTime = cohort(agreed).map((tried, order) => ({ ...tried, atMs: 10_000 + order * 20 }));
  expect(codes(apart, [...apartInTime, ...spread])).toEqual(['NOT_MEASURED']);
});

test.each([
  ['before the time', { gapsMs: [2_950] }, ['CAME_BEFORE_TOLD']],
  ['at the time', { gapsMs: [3_000] }, []],
  ['a second and a half later', { gapsMs: [4_500] }, []],
  ['still later', { gapsMs: [4_501] }, ['CAME_LONG_AFTER']],
  ['never', { gapsMs: [] }, ['CAME_LONG_AFTER']],
])('an order that was told when comes %s', (_name, tried, found) => {
  expect(codes(waits, [{ group: 'told', retryAfterMs: 3_000, ...tried }])).toEqual(found);
});

test('an order that is told each time may come later, and never earlier', () => {
  const each = (...gapsMs: readonly number[]): Tried => ({ group: 'each-time', retryAfterMs: 2_000, gapsMs });
  expect(codes(waits, [each(2_100, 2_400, 6_200, 6_200)])).toEqual([]);
  expect(codes(waits, [each(2_100, 1_500)])).toEqual(['CAME_BEFORE_TOLD']);
});

test.each([
  ['pauses-grow', grow],
  ['pauses-vary', vary],
  ['comes-back-apart', apart],
  ['waits-as-told', waits],
])('%s does not judge without the provider’s log, or without enough in it', (_name, check) => {
  expect(check.judge(runOf([], { tables: [] })).map(({ code }) => code)).toEqual(['NOT_MEASURED']);
  expect(check.judge(runOf([])).every(({ severity }) => severity === 'inconclusive')).toBe(true);
  expect(check.judge(runOf([])).length).toBeGreaterThan(0);
  expect(check.judge(runOf([], { selected: [] }))).toEqual([]);
});
