import type { Evidence, Operation } from '@lab/sdk';
import { expect, test } from 'vitest';
import { signedInAgain, signInLimited } from './sign-in-limited.ts';
import { asked } from './testing/asked.ts';
import { evidence, experimentRecord, operation } from './testing/evidence.ts';

const check = signInLimited({
  id: 'shop/sign-in',
  title: 'Sign-in',
  points: 10,
  lesson: 'lessons/limits#sign-in',
  experiments: ['silent'],
  guesses: 'guess',
  triedMax: 18,
  owner: 'owner',
  slowMs: 1_000,
});
const key = 'account:clerk@shop-07.example';
const guesses = (tried: number, status = 401): Operation[] =>
  asked({ experiment: 'silent', view: 'guess', key, fromMs: 0, everyMs: 30, count: 30 }).map((one, index) => {
    return { ...one, status: index < tried ? status : 503, outcome: 'unknown' };
  });
const owner = (change: Partial<Operation> = {}): Operation =>
  operation({
    id: 90,
    experiment: 'silent',
    view: 'owner',
    key: 'account:admin@shop-07.example',
    status: 503,
    ...change,
  });
const of = (history: readonly Operation[], signInWaitSeconds: number | null = 1, change: Partial<Evidence> = {}) =>
  check.judge(
    evidence({
      history,
      selected: ['silent'],
      experiments: [experimentRecord({ experiment: 'silent', facts: { signInWaitSeconds } })],
      ...change,
    }),
  );
const codes = (...args: Parameters<typeof of>) => of(...args).map(({ code }) => code);

test('closed, or limited by each replica alone', () => {
  expect(of([...guesses(0), owner()])).toEqual([]);
  expect(of([...guesses(18), owner({ status: 200 })], null)).toEqual([]);
  expect(of([...guesses(0), owner({ status: 429 })])).toEqual([]);
});

test('one more password that was checked is too many, whether it was right or not', () => {
  expect(of([...guesses(19), owner()])).toMatchObject([
    {
      code: 'GUESSES_UNLIMITED',
      measured: { value: 19 },
      expected: { value: 18 },
      refs: { operations: [1, 2, 3, 4, 5] },
    },
  ]);
  expect(codes([...guesses(19, 200), owner()])).toEqual(['GUESSES_UNLIMITED']);
});

test.each([401, 403, 500, 0])('an owner is not answered with %i', (status) => {
  expect(of([...guesses(0), owner({ status, error: 'SAID' })])).toMatchObject([
    { code: 'SIGN_IN_MISLED', refs: { operations: [90] } },
  ]);
});

test('a refusal says when to come back', () => {
  const [finding] = of([...guesses(0), owner()], null);
  expect(finding?.code).toBe('SIGN_IN_MISLED');
  expect(finding?.message).toContain('503 without a Retry-After');
});

test('a refusal comes soon', () => {
  expect(of([...guesses(0), owner({ startMs: 0, endMs: 1_000 })])).toEqual([]);
  expect(codes([...guesses(0), owner({ startMs: 0, endMs: 1_001 })])).toEqual(['SIGN_IN_HUNG']);
});

test('too few guesses, or no owner, prove nothing', () => {
  expect(codes([...guesses(0).slice(0, 18), owner()])).toEqual(['NOT_MEASURED']);
  expect(codes(guesses(0))).toEqual(['NOT_MEASURED']);
  expect(check.judge(evidence())).toEqual([]);
});

test('the last attempt after the outage has to succeed', () => {
  const again = (...statuses: readonly number[]) =>
    evidence({ history: statuses.map((status, index) => owner({ id: index + 1, startMs: index, status })) });
  expect(signedInAgain(again(503, 200), 'silent', 'owner')).toEqual([]);
  expect(signedInAgain(again(200, 503), 'silent', 'owner')).toMatchObject([
    { code: 'SIGN_IN_STAYS_CLOSED', measured: { text: 'status 503' }, refs: { operations: [2] } },
  ]);
  expect(signedInAgain(again(), 'silent', 'owner').map(({ code }) => code)).toEqual(['NOT_MEASURED']);
});
