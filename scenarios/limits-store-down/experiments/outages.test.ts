import { expect, test } from 'vitest';
import { checkNamed, codesOf } from '../../shared/testing/evidence.ts';
import { scenario } from '../scenario.ts';
import { type Behaviour, evidenceOfOutage } from '../testing/modelled-shop.ts';

/** What is found by each check that finds something. */
async function found(
  experiment: string,
  behaviour: Behaviour = {},
): Promise<Readonly<Record<string, readonly string[]>>> {
  const evidence = await evidenceOfOutage(experiment, behaviour);
  const names = scenario.checks.filter(({ experiments }) => experiments.includes(experiment)).map(({ id }) => id);
  const codes = names.map((id) => {
    const name = id.slice(scenario.id.length + 1);
    return [name, [...new Set(codesOf(checkNamed(scenario, name), evidence))]] as const;
  });
  return Object.fromEntries(codes.filter(([, some]) => some.length > 0));
}

const served = 'served-without-store';
const waits = 'nobody-waits';
const again = 'counted-again';

test.each<[string, Behaviour, Readonly<Record<string, readonly string[]>>]>([
  ['counts in the store', {}, {}],
  ['counts in each replica', { countsIn: 'replica' }, { 'counted-at-rest': ['OVER_QUOTA'] }],
])('at rest, a shop that %s is judged as it should be', async (_what, behaviour, expected) => {
  expect(await found('at-rest', behaviour)).toEqual(expected);
});

test.each<[string, Behaviour, Readonly<Record<string, readonly string[]>>]>([
  ['gives each client two thirds of its plan', {}, {}],
  ['gives each client its plan in each replica', { alone: 'plan' }, {}],
  ['waits for 50 ms in each request', { waiting: Number.POSITIVE_INFINITY }, {}],
  ['takes four seconds to come back', { backMs: 4_000 }, {}],
  ['limits sign-in by each replica', { signIn: 'alone' }, {}],
  [
    'refuses everybody',
    { alone: 'none' },
    { [served]: ['REFUSED_WITHOUT_STORE', 'NOT_SERVED_AFTER_OUTAGE'], 'honest-without-store': ['REFUSED_AFTER_WAIT'] },
  ],
  ['has one bucket for all', { alone: 'one-bucket' }, { [served]: ['REFUSED_WITHOUT_STORE'] }],
  [
    'lets everybody in',
    { alone: 'all' },
    { 'ceiling-without-store': ['NO_CEILING'], 'no-counting-in-the-database': ['NOT_MEASURED'] },
  ],
  [
    'waits for 500 ms in each request',
    { waitMs: 500, waiting: 1e9 },
    { [waits]: ['EVERYBODY_WAITS', 'REQUESTS_HUNG'] },
  ],
  [
    'waits for ten seconds in each request',
    { waitMs: 10_000, waiting: 1e9 },
    {
      [served]: ['NOT_SERVED_WITHOUT_STORE'],
      // What was under way is counted when the store is back.
      [again]: ['REFUSED_WITHIN_PLAN'],
      [waits]: ['EVERYBODY_WAITS', 'REQUESTS_HUNG'],
      'honest-without-store': ['NEITHER_SERVED_NOR_REFUSED'],
      'sign-in-stays-limited': ['SIGN_IN_MISLED', 'SIGN_IN_HUNG'],
      'no-counting-in-the-database': ['NOT_MEASURED'],
    },
  ],
  [
    'finds out within two seconds',
    { waitMs: 2_000 },
    { [waits]: ['EVERYBODY_WAITS', 'REQUESTS_HUNG'], 'sign-in-stays-limited': ['SIGN_IN_HUNG'] },
  ],
  [
    'never comes back',
    { backMs: 1e9 },
    { [again]: ['OVER_QUOTA', 'REFUSED_WITHIN_PLAN', 'SIGN_IN_STAYS_CLOSED'], 'outage-is-told': ['ALARM_STAYS_ON'] },
  ],
  ['says nothing', { tells: 'nothing' }, { 'outage-is-told': ['OUTAGE_UNTOLD'] }],
  ['says that it went and not that it is back', { tells: 'the-beginning' }, { 'outage-is-told': ['ALARM_STAYS_ON'] }],
  ['sends clients away for a minute', { retryAfter: '60' }, { 'honest-without-store': ['RETRY_AFTER_TOO_LONG'] }],
  [
    'does not say when to come back',
    { retryAfter: '' },
    { 'honest-without-store': ['RETRY_AFTER_MISSING'], 'sign-in-stays-limited': ['SIGN_IN_MISLED'] },
  ],
  ['lets everybody guess', { signIn: 'open' }, { 'sign-in-stays-limited': ['GUESSES_UNLIMITED'] }],
  [
    'says that a right password is wrong',
    { signIn: 'wrong-password' },
    {
      'sign-in-stays-limited': ['GUESSES_UNLIMITED', 'SIGN_IN_MISLED'],
    },
  ],
])('without its store, a shop that %s is judged as it should be', async (_what, behaviour, expected) => {
  expect(await found('silent', behaviour)).toEqual(expected);
});

test('the same holds for each way to lose the store', async () => {
  expect(await found('each-way')).toEqual({});
  expect(await found('each-way', { alone: 'all' })).toEqual({ 'ceiling-without-store': ['NO_CEILING'] });
});

test('a replica that does not start is named, and the others are judged all the same', async () => {
  expect(await found('each-way', { starts: false })).toEqual({ 'starts-without-store': ['DOES_NOT_START'] });
});

test('where all looks well soon, nobody waits for five seconds', async () => {
  const rounds = async (backMs: number) =>
    (await evidenceOfOutage('silent', { backMs })).experiments[0]?.facts['rounds'];
  expect(await rounds(400)).toBe(2);
  expect(await rounds(4_000)).toBe(4);
  expect(await rounds(1e9)).toBe(4);
});
