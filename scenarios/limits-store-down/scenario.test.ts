import { type Check, type Evidence, unfinishedParts } from '@lab/sdk';
import { expect, test } from 'vitest';
import { claimedCodes, declarationProblems } from '../shared/testing/declaration.ts';
import { attemptOf, checkNamed, codesAround, evidenceOf, pageRead } from '../shared/testing/evidence.ts';
import { guessesMax, replicas, signInMsMax } from './checks.ts';
import { waitSecondsMax } from './experiments/outage.ts';
import {
  accountLimit,
  ceilingFactor,
  environment,
  honestShare,
  quotas,
  recoverMsMax,
  storeWaitMsMax,
  windowMs,
} from './plans.ts';
import { scenario } from './scenario.ts';

const { experiments, hints, stack, story, variants, workload } = scenario;
const budgets = story.budgets.join('\n');

test('the declaration is complete, and the scenario finished', () => {
  expect([...declarationProblems(scenario), ...unfinishedParts(scenario)]).toEqual([]);
  expect(variants.filter(({ name }) => name.startsWith('solutions/')).length).toBeGreaterThanOrEqual(3);
  expect(variants.filter(({ cheat }) => cheat === true).length).toBeGreaterThanOrEqual(3);
});

test('the first hint does not name an answer', () => {
  expect(hints[0]).not.toMatch(/time-?out|breaker|guard|ceiling|fail(s)? open/i);
});

test('the story names every figure that the checks hold a fix to', () => {
  expect(budgets).toContain(`in any ${windowMs} ms`);
  for (const [name, { limit, burst }] of Object.entries(quotas)) {
    const who = name === 'address' ? 'an address without a token' : name;
    expect(budgets).toContain(`${who} ${limit}, and ${burst} at once`);
  }
  expect(budgets).toContain(`${honestShare * 100} % of the limit`);
  expect(budgets).toContain(`longer than ${storeWaitMsMax} ms`);
  expect(budgets).toContain(`at most ${ceilingFactor} times the plan's limit`);
  expect(budgets).toContain(`in whole seconds, ${waitSecondsMax} at most`);
  expect(budgets).toContain(`At most ${guessesMax} passwords`);
  expect(budgets).toContain(`within ${signInMsMax / 1_000} s`);
  expect(budgets).toContain(`Within ${recoverMsMax / 1_000} s`);
});

test('the service is given the plans that are judged', () => {
  const plans = JSON.parse(environment['PLANS_JSON'] ?? '');
  for (const name of ['free', 'pro', 'enterprise']) expect(plans[name].limits).toEqual([quotas[name]]);
  expect(JSON.parse(environment['ADDRESS_LIMITS_JSON'] ?? '')).toEqual([quotas['address']]);
  expect(JSON.parse(environment['LOGIN_LIMITS_JSON'] ?? '').account).toEqual([accountLimit]);
  expect(environment['LIMITS_TIMEOUT_MS']).toBe(String(storeWaitMsMax));
  expect(stack.environment).toBe(environment);
});

test('the load leaves half of the smallest plan, and as many replicas run as the checks take for granted', () => {
  const ofEach = workload.ratePerSecond / 4;
  expect(ofEach).toBeLessThanOrEqual((0.5 * (quotas['free']?.limit ?? 0) * 1_000) / windowMs);
  expect(stack.replicas.api).toBe(replicas);
});

test('the plans leave room between a replica that decides alone as ShelfWise does, and one without a ceiling', () => {
  for (const { limit, burst } of Object.values(quotas)) {
    const ownLimit = Math.ceil((limit * 2) / 3);
    const ownBurst = Math.ceil((burst * 2) / 3);
    expect(ownLimit + ownBurst).toBeLessThanOrEqual(ceilingFactor * limit);
    // Three of them are more than the plan: whoever never comes back is seen.
    expect(3 * (ownLimit + ownBurst)).toBeGreaterThan(1.2 * (limit + burst));
    // A third of the burst is a request at least, so that an even third of the plan serves who comes evenly.
    expect(burst / replicas).toBeGreaterThanOrEqual(1);
  }
});

test('nothing has been broken when the counts are looked at first, and what starts a replica comes last', () => {
  expect(experiments.map(({ id }) => id)).toEqual(['at-rest', 'hangs', 'each-way']);
});

const checkOf = (name: string): Check => checkNamed(scenario, name);
const evidence = (change: Partial<Evidence>): Evidence => evidenceOf(scenario, change);

test('the longest wait of the story is the one that is judged', () => {
  const flood = pageRead({
    experiment: 'hangs',
    view: 'flood-away',
    key: 'free:shop-06',
    status: 429,
    outcome: 'fail',
  });
  const told = (longestRetryAfter: number): Evidence =>
    evidence({
      selected: ['hangs'],
      history: [flood],
      experiments: [attemptOf('hangs', { facts: { refused: 1, withoutRetryAfter: 0, longestRetryAfter } })],
    });
  expect(codesAround(checkOf('honest-without-store'), waitSecondsMax, told)).toEqual([[], ['RETRY_AFTER_TOO_LONG']]);
});

test('a replica that says that it is not ready is one that nobody is sent to', () => {
  const asked = pageRead({ experiment: 'hangs', view: 'even-away', key: 'free:shop-06', replica: 'api-1' });
  const ready = (readyAway: string): Evidence =>
    evidence({
      selected: ['hangs'],
      history: [asked],
      experiments: [attemptOf('hangs', { facts: { readyAway } })],
    });
  const codes = (one: Evidence) =>
    checkOf('served-without-store')
      .judge(one)
      .map(({ code }) => code);
  expect(codes(ready('200,200,200'))).toEqual([]);
  expect(codes(ready('200,503,200'))).toEqual(['NOT_READY_WITHOUT_STORE']);
  // No answer says nothing about what the service would have said.
  expect(codes(ready('200,0,200'))).toEqual([]);
});

test('whether a replica starts is not guessed', () => {
  const started = (facts: Record<string, boolean>): Evidence =>
    evidence({ selected: ['each-way'], experiments: [attemptOf('each-way', { facts })] });
  const codes = (one: Evidence) =>
    checkOf('starts-without-store')
      .judge(one)
      .map(({ code }) => code);
  expect(codes(started({ isUp: true }))).toEqual([]);
  expect(codes(started({ isUp: false }))).toEqual(['DOES_NOT_START']);
  expect(codes(started({}))).toEqual(['NOT_MEASURED']);
  expect(codes(evidence({ selected: [] }))).toEqual([]);
});

test('the codes that a variant must be found by are codes that its checks know', () => {
  expect(claimedCodes(scenario)).toEqual({
    'steady-state': ['ERRORS_AT_REST'],
    'counted-at-rest': ['OVER_QUOTA', 'REFUSED_WITHIN_PLAN'],
    'served-without-store': ['NOT_READY_WITHOUT_STORE', 'NOT_SERVED_WITHOUT_STORE', 'REFUSED_WITHOUT_STORE'],
    'nobody-waits': ['EVERYBODY_WAITS', 'REQUESTS_HUNG'],
    'ceiling-without-store': ['NO_CEILING'],
    'starts-without-store': ['DOES_NOT_START'],
    'honest-without-store': ['RETRY_AFTER_TOO_LONG'],
    'sign-in-stays-limited': ['GUESSES_UNLIMITED', 'SIGN_IN_MISLED'],
    'counted-again': ['OVER_QUOTA', 'SIGN_IN_STAYS_CLOSED'],
    'outage-is-told': ['ALARM_STAYS_ON', 'OUTAGE_UNTOLD'],
    'no-counting-in-the-database': ['REFUSALS_ASK_DATABASE'],
  });
});
