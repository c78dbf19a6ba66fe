import { type Evidence, unfinishedParts } from '@lab/sdk';
import { expect, test } from 'vitest';
import { claimedCodes, declarationProblems } from '../shared/testing/declaration.ts';
import { checkNamed, codesAround, codesOf, evidenceOf, orderPlaced } from '../shared/testing/evidence.ts';
import { fakeHandle } from '../shared/testing/fake-handle.ts';
import { answeredNext, behind, failedTogether, seldomAnswered, seldomDrawn } from './experiments/scripts.ts';
import { settle } from './experiments/settle.ts';
import { chargedWithinMs, letterWithinMs, longest, pauses, paymentTimeoutMs, slackMs, told } from './pauses.ts';
import { scenario } from './scenario.ts';

const { checks, experiments, hints, stack, story, variants } = scenario;
const budgets = story.budgets.join('\n');

test('the declaration is complete, and the scenario finished', () => {
  expect([...declarationProblems(scenario), ...unfinishedParts(scenario)]).toEqual([]);
  expect(variants.filter(({ name }) => name.startsWith('solutions/')).length).toBeGreaterThanOrEqual(3);
  expect(variants.filter(({ cheat }) => cheat).length).toBeGreaterThanOrEqual(3);
});

test('the story and the first hint do not name an answer', () => {
  for (const text of [...story.text, hints[0]]) expect(text).not.toMatch(/jitter|random|backoff|\b4\d\d is/i);
});

test('the last look comes last', () => {
  expect(experiments.at(-1)).toBe(settle);
});

test('the figures in the story are those of the environment', () => {
  expect(stack.environment).toMatchObject({
    BACKOFF_BASE_MS: String(pauses.baseMs),
    BACKOFF_CAP_MS: String(pauses.capMs),
    JOB_ATTEMPTS_MAX: String(pauses.attemptsMax),
    PAYMENT_TIMEOUT_MS: String(paymentTimeoutMs),
  });
  expect(budgets).toContain(`(${slackMs} ms)`);
  expect(budgets).toContain(`at least ${longest.shareMin * 100} %`);
  expect(budgets).toContain(`within ${told.laterMs / 1_000} s after it`);
});

test('the orders that fail together take every place, and some stand behind them', () => {
  const places = Number(stack.environment?.['JOB_CONCURRENCY']) * (stack.replicas.worker ?? 0);
  expect(failedTogether).toHaveLength(places);
  expect(behind.length).toBeGreaterThan(0);
  // All that come next have room at once, else they are not answered in one moment.
  expect(answeredNext.length + 3 * seldomDrawn + behind.length).toBeLessThan(places);
});

test('every answer of the story is given to some order', () => {
  const said = answeredNext.map(({ told: text }) => text);
  for (const status of ['408', '409', '425', '429']) {
    expect(budgets).toContain(status);
    expect(said).toContain(status);
  }
  const named = answeredNext.flatMap(({ retryAfterSeconds = 0 }) => retryAfterSeconds * 1_000);
  expect(Math.max(...named)).toBeGreaterThan(pauses.capMs);
  // Else a pause of our own may be as long as what was named, and nobody could tell.
  const ownMs = pauses.baseMs * (1 + pauses.variation);
  expect(named.filter((ms) => ms > 0).every((ms) => ms > ownMs)).toBe(true);
});

test('some answers are of no list, and others in another run', () => {
  const listed = answeredNext.map(({ told: text }) => text);
  const { h } = fakeHandle();
  const drawn = seldomAnswered(h.random);
  for (const { group, told: text } of drawn.filter(({ retryAfterSeconds }) => retryAfterSeconds === undefined)) {
    expect(listed).not.toContain(text);
    expect(text).toMatch(group === 'final' ? /^4\d\d$/ : /^5\d\d$/);
  }
  expect(drawn.map(({ group }) => group).toSorted()).toEqual(['final', 'final', 'passes', 'passes', 'told', 'told']);
  expect(seldomAnswered({ ...h.random, shuffle: (items) => items.toReversed() })).not.toEqual(
    seldomAnswered({ ...h.random, shuffle: (items) => [...items] }),
  );
});

const order = orderPlaced({ experiment: 'outage', requestId: 'request-1' });
const scripted = (group: string) => ({
  table: 'scripted',
  rows: [{ order: order.key, group, told: '422', retryAfterMs: null, fromMs: 100 }],
});
const call = { reference: order.key, caller: 'worker-1', atMs: 100, endMs: 100, status: 422 };
const evidence = (...tables: Evidence['tables']): Evidence => evidenceOf(scenario, { history: [order], tables });

test('the times in the story are those that are judged', () => {
  const letterAfter = (ms: number) =>
    evidence(
      scripted('final'),
      { table: 'provider-calls', rows: [call] },
      {
        table: 'dead-letters',
        rows: [{ order: order.key, attempts: 1, lastError: 'No.', requestId: 'request-1', seenAtMs: 100 + ms }],
      },
    );
  expect(budgets).toContain(`a final one within ${letterWithinMs / 1_000} s`);
  const final = checkNamed(scenario, 'final-is-final');
  expect(codesAround(final, letterWithinMs, letterAfter)).toEqual([[], ['DEAD_LETTER_LATE']]);
  const chargedAfter = (ms: number) =>
    evidence(
      scripted('well'),
      { table: 'provider-calls', rows: [] },
      {
        table: 'charges',
        rows: [{ reference: order.key, amountCents: 1_250, caller: 'worker-1', atMs: 100 + ms }],
      },
    );
  expect(budgets).toContain(`charged within ${chargedWithinMs / 1_000} s`);
  const others = checkNamed(scenario, 'others-go-on');
  expect(codesAround(others, chargedWithinMs, chargedAfter)).toEqual([[], ['OTHERS_WAITED']]);
});

const ofTheLog = checks.map(({ id }) => id.slice(scenario.id.length + 1)).filter((name) => name !== 'steady-state');

test.each(ofTheLog)('%s does not judge without the provider’s log', (name) => {
  expect(codesOf(checkNamed(scenario, name), evidenceOf(scenario))).toEqual(['NOT_MEASURED']);
});

test('every group of orders is looked at by a check', () => {
  const groups = [...failedTogether, ...answeredNext, ...behind].map(({ group }) => group);
  const judged = (group: string): boolean => {
    const tables = [
      scripted(group),
      { table: 'provider-calls', rows: [call] },
      { table: 'charges', rows: [] },
      { table: 'dead-letters', rows: [] },
    ];
    return ofTheLog.some((name) =>
      codesOf(checkNamed(scenario, name), evidence(...tables)).some((code) => code !== 'NOT_MEASURED'),
    );
  };
  expect([...new Set(groups)].filter((group) => !judged(group))).toEqual([]);
});

test('the codes that a variant must be found by are codes that its checks know', () => {
  expect(claimedCodes(scenario)).toEqual({
    'steady-state': ['ERRORS_AT_REST'],
    'pauses-grow': ['CAME_BACK_EARLY', 'PAUSES_TOO_LONG', 'PAUSES_TOO_SHORT'],
    'pauses-vary': ['NOT_VARIED'],
    'comes-back-apart': ['CAME_BACK_TOGETHER', 'TOLD_CAME_TOGETHER'],
    'waits-as-told': ['CAME_BEFORE_TOLD'],
    'final-is-final': ['ASKED_AGAIN', 'NO_DEAD_LETTER'],
    'tried-until-charged': ['NOT_CHARGED'],
    'attempts-end': ['DEAD_LETTER_WRONG', 'GIVEN_UP_EARLY', 'NO_DEAD_LETTER', 'TRIED_TOO_OFTEN'],
    'redriven-once': ['NOT_CHARGED'],
    'others-go-on': ['OTHERS_WAITED'],
  });
});
