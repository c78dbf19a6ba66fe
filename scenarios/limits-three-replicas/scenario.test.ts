import { quotaOf } from '@lab/checks';
import { type Check, type Evidence, unfinishedParts } from '@lab/sdk';
import { expect, test } from 'vitest';
import { claimedCodes, declarationProblems } from '../shared/testing/declaration.ts';
import { attemptOf, checkNamed, codesAround, evidenceOf, pageRead } from '../shared/testing/evidence.ts';
import { keysMax, waitSecondsMax } from './checks.ts';
import { environment, giveUpMs, lifeMsMax, quotas, windowMs } from './plans.ts';
import { scenario } from './scenario.ts';

const { experiments, hints, stack, story, variants, workload } = scenario;
const budgets = story.budgets.join('\n');

test('the declaration is complete, and the scenario finished', () => {
  expect([...declarationProblems(scenario), ...unfinishedParts(scenario)]).toEqual([]);
  expect(variants.filter(({ name }) => name.startsWith('solutions/')).length).toBeGreaterThanOrEqual(3);
  expect(variants.filter(({ cheat }) => cheat === true).length).toBeGreaterThanOrEqual(3);
});

test('the first hint does not name an answer', () => {
  expect(hints[0]).not.toMatch(/lua|script|bucket|sliding|redis/i);
});

test('the story names every figure that the checks hold a fix to', () => {
  expect(budgets).toContain(`In any ${windowMs / 1_000} seconds`);
  for (const { limit, burst } of Object.values(quotas)) expect(budgets).toContain(`${limit}, and ${burst} at once`);
  expect(budgets).toContain(`in whole seconds, ${waitSecondsMax} at most`);
  expect(budgets).toContain(`within ${lifeMsMax / 1_000} seconds`);
});

test('the service is given the plans that are judged', () => {
  const plans = JSON.parse(environment['PLANS_JSON'] ?? '');
  for (const name of ['free', 'pro', 'enterprise']) expect(plans[name].limits).toEqual([quotas[name]]);
  expect(JSON.parse(environment['ADDRESS_LIMITS_JSON'] ?? '')).toEqual([quotas['address']]);
  expect(stack.environment).toBe(environment);
});

test('the load leaves half of the smallest plan, and its shops have it evenly', () => {
  const ofEach = workload.ratePerSecond / 4;
  expect(ofEach).toBeLessThanOrEqual((0.5 * (quotas['free']?.limit ?? 0) * 1_000) / windowMs);
});

test('when each of three replicas decides alone, and the store as well, a volley stays within limit and burst', () => {
  // Twice its share each, as ShelfWise does without its store.
  for (const { limit, burst } of Object.values(quotas)) {
    expect(burst + 3 * Math.ceil((burst * 2) / 3)).toBeLessThanOrEqual(limit + burst);
  }
});

test('the flood meets a service that nothing has been done to, and keys are counted last', () => {
  const ids = experiments.map(({ id }) => id);
  expect(ids.slice(0, 2)).toEqual(['rested-burst', 'flood']);
  expect(ids.at(-1)).toBe('stored-keys');
});

const checkOf = (name: string): Check => checkNamed(scenario, name);
const evidence = (change: Partial<Evidence>): Evidence => evidenceOf(scenario, change);

test('the number of keys that is judged leaves room for several of each client', () => {
  const facts = { withoutExpiry: 0, lingering: 0, example: null };
  const counted = (keys: number): Evidence =>
    evidence({ selected: ['stored-keys'], experiments: [attemptOf('stored-keys', { facts: { ...facts, keys } })] });
  expect(codesAround(checkOf('counts-end'), keysMax, counted)).toEqual([[], ['KEYS_UNBOUNDED']]);
});

test('a store without any count while crawlers ask is one that nobody counts in', () => {
  const counted = (experiment: string, keys: number): Evidence => {
    const facts = { withoutExpiry: 0, lingering: 0, example: null, refused: 800, keys };
    return evidence({ selected: [experiment], experiments: [attemptOf(experiment, { facts })] });
  };
  const codes = (one: Evidence) =>
    checkOf('counts-end')
      .judge(one)
      .map(({ code }) => code);
  expect(codes(counted('flood', 0))).toEqual(['COUNTED_ELSEWHERE']);
  expect(codes(counted('flood', 1))).toEqual([]);
  // In the end every count may have ended.
  expect(codes(counted('stored-keys', 0))).toEqual([]);
});

/** Twenty requests too many of a client, each of which took so long; they were sent on time or not. */
function flooded({ tookMs, reached }: { readonly tookMs: number; readonly reached: boolean }): Evidence {
  const key = 'pro:shop-07';
  const { limit, burst } = quotaOf(key, quotas);
  const history = Array.from({ length: limit + burst + 20 }, (_, index) =>
    pageRead({
      id: index + 1,
      experiment: 'flood',
      view: 'flood',
      key,
      startMs: 100 + index,
      endMs: 100 + index + tookMs,
    }),
  );
  const attempt = attemptOf('flood', { reached, facts: { keys: 9 } });
  return evidence({ selected: ['flood'], history, experiments: [{ ...attempt, startMs: 0, endMs: 5_000 }] });
}

test.each([
  ['in time', { tookMs: 5, reached: true }, 'OVER_QUOTA'],
  ['as late as the client of the store gives up', { tookMs: giveUpMs, reached: true }, 'NOT_MEASURED'],
  ['by a lab that was late itself', { tookMs: 5, reached: false }, 'NOT_MEASURED'],
])('what was asked and answered %s is judged as it should be', (_how, options, code) => {
  // A few others were answered at once: the service is not slow of its own.
  const { history, ...rest } = flooded(options);
  const others = history.map((one) => ({ ...one, id: one.id + 1_000, view: 'even', endMs: one.startMs + 5 }));
  const more = others.map((one) => ({ ...one, id: one.id + 1_000 }));
  const found = checkOf('one-quota').judge({ ...rest, history: [...history, ...others, ...more] });
  expect(new Set(found.map((one) => one.code))).toEqual(new Set([code]));
});

test('the longest wait of the story is the one that is judged', () => {
  const flood = pageRead({ experiment: 'flood', view: 'flood', key: 'free:shop-06', status: 429, outcome: 'fail' });
  const told = (longestRetryAfter: number): Evidence =>
    evidence({
      selected: ['flood'],
      history: [flood],
      experiments: [attemptOf('flood', { facts: { refused: 1, withoutRetryAfter: 0, longestRetryAfter } })],
    });
  expect(codesAround(checkOf('refusals-are-honest'), waitSecondsMax, told)).toEqual([[], ['RETRY_AFTER_TOO_LONG']]);
});

test('the codes that a variant must be found by are codes that its checks know', () => {
  const over = ['OVER_QUOTA'];
  expect(claimedCodes(scenario)).toEqual({
    'steady-state': ['ERRORS_AT_REST'],
    'one-quota': over,
    'any-window': over,
    'at-one-instant': over,
    'clocks-apart': ['OVER_QUOTA', 'REFUSED_WITHIN_PLAN'],
    'served-within-plan': ['REFUSED_WITHIN_PLAN'],
    'not-locked-out': ['LOCKED_OUT'],
    'refusals-are-honest': ['NEITHER_SERVED_NOR_REFUSED', 'REFUSED_AFTER_WAIT'],
    'counts-end': ['COUNTED_ELSEWHERE', 'KEYS_LINGER', 'KEYS_WITHOUT_EXPIRY'],
    'refusals-cost-nothing': ['REFUSALS_ASK_DATABASE'],
  });
});
