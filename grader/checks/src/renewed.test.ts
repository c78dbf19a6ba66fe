import type { Operation } from '@lab/sdk';
import { expect, test } from 'vitest';
import { renewedApart } from './renewed-apart.ts';
import { renewedInTime } from './renewed-in-time.ts';
import { evidence, experimentRecord, operation } from './testing/evidence.ts';

const facts = { id: 'shop/renewed', title: 'Renewed', points: 1, lesson: 'lessons/x#renewed', experiment: 'warmed' };
const apart = renewedApart({ ...facts, shareMax: 0.75 });
const inTime = renewedInTime({ ...facts, ageMsMax: 6_000, restMs: 3_000, earlyShareMax: 0.2 });

/** Made at 1,000 ms; looked at a moment before it was made again, and when it had been. */
function page(key: string, renewedAtMs: number, values: readonly [number | null, number | null] = [1, 2]): Operation[] {
  const [before, after] = values;
  const seen = { experiment: 'warmed', key };
  const as = (value: number | null) =>
    value === null ? ({ value, outcome: 'fail', status: 404 } as const) : ({ value } as const);
  return [
    operation({ ...seen, ...as(before), startMs: 990, endMs: 1_000 }),
    operation({ ...seen, ...as(before), startMs: renewedAtMs - 250, endMs: renewedAtMs - 245 }),
    operation({ ...seen, ...as(after), startMs: renewedAtMs - 5, endMs: renewedAtMs }),
  ];
}

const warmed = (history: readonly Operation[], reached = true) =>
  evidence({
    selected: ['warmed'],
    history,
    experiments: [experimentRecord({ experiment: 'warmed', reached, startMs: 900, endMs: 9_000 })],
  });
const pages = (count: number, renewedAtMs: (index: number) => number) =>
  warmed(Array.from({ length: count }, (_, index) => page(`book-${index}`, renewedAtMs(index))).flat());

test('pages that are made again over a second stand no wall', () => {
  expect(apart.judge(pages(60, (index) => 5_500 + (index * 1_000) / 60))).toEqual([]);
});

test('pages whose lives have a time in common do, however late they are looked at', () => {
  const [found] = apart.judge(pages(60, (index) => 5_500 + index * 4));
  expect(found).toMatchObject({ code: 'MADE_AGAIN_TOGETHER', measured: { value: 60 }, expected: { value: 45 } });
  expect(found?.message).toContain('equally long, 4500 ms');
});

test('three quarters may have lived equally long, and not one more', () => {
  const some = (together: number) =>
    pages(20, (index) => (index < together ? 5_500 : 6_100 + (index - together) * 520));
  expect(apart.judge(some(15))).toEqual([]);
  expect(apart.judge(some(16)).map(({ code }) => code)).toEqual(['MADE_AGAIN_TOGETHER']);
});

test('of a page that the first look saw made again already no life is known', () => {
  const lost = (key: string) => page(key, 1_700).filter((_, index) => index !== 1);
  const kept = Array.from({ length: 16 }, (_, index) => page(`kept-${index}`, 5_500)).flat();
  const apartOnes = Array.from({ length: 4 }, (_, index) => page(`apart-${index}`, 6_100 + index * 520)).flat();
  const all = [...kept, ...apartOnes, ...Array.from({ length: 10 }, (_, index) => lost(`lost-${index}`)).flat()];
  expect(apart.judge(warmed(all))).toMatchObject([{ measured: { value: 16 }, expected: { value: 15 } }]);
});

const codes = (...history: Operation[]) => inTime.judge(warmed(history)).map(({ code }) => code);

test('a look that begins after the limit and sees the old page finds a copy that is too old', () => {
  expect(codes(...page('book-1', 7_240))).toEqual([]);
  expect(codes(...page('book-1', 7_260))).toEqual(['COPY_TOO_OLD']);
  expect(codes(...page('book-1', 7_260, [1, 1]))).toEqual(['COPY_TOO_OLD']);
});

test('what is added shows in time too', () => {
  expect(codes(...page('book-1', 6_000), ...page('book-2', 6_000, [null, 1]))).toEqual([]);
  expect(codes(...page('book-1', 6_000), ...page('book-2', 7_260, [null, null]))).toEqual(['NOTHING_KEPT_TOO_LONG']);
});

test('pages are of use for a while; that there is nothing need not be', () => {
  const early = (count: number) =>
    Array.from({ length: 10 }, (_, index) => page(`book-${index}`, index < count ? 3_900 : 6_000)).flat();
  expect(codes(...early(2))).toEqual([]);
  expect(codes(...early(3))).toEqual(['MADE_AGAIN_EARLY']);
  expect(codes(...page('book-1', 6_000), ...page('book-2', 2_000, [null, 1]))).toEqual([]);
});

test('a look without an answer says nothing about the copy', () => {
  const failed = operation({
    experiment: 'warmed',
    key: 'book-1',
    value: null,
    outcome: 'unknown',
    status: 503,
    startMs: 2_000,
  });
  expect(codes(...page('book-1', 6_000), { ...failed, endMs: 2_001 })).toEqual([]);
});

test('an attempt that proves nothing, or none, decides nothing', () => {
  for (const check of [apart, inTime]) {
    const history = page('book-1', 9_000, [1, 1]);
    expect(check.judge(warmed(history, false))).toMatchObject([{ code: 'NOT_MEASURED', severity: 'inconclusive' }]);
    expect(check.judge(evidence())).toEqual([]);
  }
});
