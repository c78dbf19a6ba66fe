import { type Check, type Evidence, type Operation, unfinishedParts } from '@lab/sdk';
import { expect, test } from 'vitest';
import { claimedCodes, declarationProblems } from '../shared/testing/declaration.ts';
import { attemptOf, calmSample, checkNamed, codesAround, evidenceOf, pageRead } from '../shared/testing/evidence.ts';
import { importedCents } from './experiments/warmed-together.ts';
import {
  ageMsMax,
  ratePerSecond,
  replicas,
  statementsPerSecondMax,
  waitAfterDeathMsMax,
  waitMsMax,
  windowMs,
} from './figures.ts';
import { scenario } from './scenario.ts';

const { hints, story, variants } = scenario;
const budgets = story.budgets.join('\n');
const checkOf = (name: string): Check => checkNamed(scenario, name);
const evidence = (change: Partial<Evidence>): Evidence => evidenceOf(scenario, change);

test('the declaration is complete, and the scenario finished', () => {
  expect([...declarationProblems(scenario), ...unfinishedParts(scenario)]).toEqual([]);
  expect(variants.filter(({ name }) => name.startsWith('solutions/')).length).toBeGreaterThanOrEqual(3);
  expect(variants.filter(({ cheat }) => cheat).length).toBeGreaterThanOrEqual(3);
});

test('neither the story nor the first hint names an answer', () => {
  expect([...story.text, hints[0]].join('\n')).not.toMatch(/stampede|lease|single flight|lock|jitter/i);
});

test('the story names the figures that the checks hold a fix to', () => {
  for (const figure of [
    `each of the ${replicas} replicas`,
    `within ${waitMsMax} ms after it could be made`,
    `it is ${waitAfterDeathMsMax} ms`,
    `within any ${windowMs} ms`,
    `older than ${ageMsMax / 1_000} s`,
    `${ratePerSecond} requests a second`,
    `${statementsPerSecondMax} statements a second`,
  ]) {
    expect(budgets).toContain(figure);
  }
});

const crowds = ['cold-book', 'cold-list', 'whole-life'];

test.each(crowds)('the loads that the story allows are those that are judged in %s', (id) => {
  const costing = (statements: number): Evidence => {
    const facts = { readers: 90, loneStatements: 1, statements };
    return evidence({ selected: [id], experiments: [attemptOf(id, { facts })] });
  };
  expect(codesAround(checkOf('one-load'), replicas, costing)).toEqual([[], ['TOO_MANY_LOADS']]);
});

test.each([
  ['readers-are-answered', 'cold-book', 'crowd', waitMsMax],
  ['readers-are-answered', 'first-gives-up', 'crowd', waitMsMax],
  ['maker-may-die', 'loader-dies', 'crowd', waitAfterDeathMsMax],
  ['errors-are-not-kept', 'database-gone', 'database-back', waitMsMax],
  ['others-go-on', 'held-load', 'beside', waitMsMax],
] as const)('the wait that %s judges in %s is the one of the story', (name, id, view, limitMs) => {
  const waiting = (ms: number): Evidence => {
    const read: Operation = pageRead({ experiment: id, view, startMs: 10, endMs: 10 + ms });
    return evidence({ selected: [id], experiments: [attemptOf(id)], history: [read] });
  };
  const check = checkOf(name);
  expect(codesAround(check, limitMs, waiting)).toEqual([[], ['READERS_WAIT_LONG']]);
  expect(check.judge(waiting(9_000))[0]?.message).toMatch(/^[A-Z\d].{30,}\./);
});

test.each(['plain-save', 'held-load'])('an old page after a save says how it came about in %s', (experiment) => {
  const read = pageRead({ experiment, id: 2 });
  const write: Operation = { ...read, id: 1, kind: 'write', value: 2_000, startMs: 10, endMs: 20 };
  const [found] = checkOf('fresh-after-save').judge(evidence({ history: [write, read] }));
  expect(found?.code).toBe('STALE_AFTER_WRITE');
  expect(found?.message).toMatch(/said 10\.00\. [A-Z].{30,}\.$/);
});

test('a page that nobody looked at is too old for whoever comes then, if it shows what was there before the import', () => {
  const id = 'left-alone';
  const showing = (value: number | null): Evidence =>
    evidence({
      selected: [id],
      experiments: [attemptOf(id)],
      history: [pageRead({ experiment: id, view: 'after', value })],
    });
  const codes = (value: number | null) =>
    checkOf('copies-end')
      .judge(showing(value))
      .map(({ code }) => code);
  expect(codes(importedCents)).toEqual([]);
  expect(codes(importedCents - 1)).toEqual(['COPY_TOO_OLD']);
  expect(codes(null)).toEqual(['NOT_MEASURED']);
});

test('the database budget of the story is the one that is judged', () => {
  const calmSecond = (statements: number): Evidence =>
    evidence({
      samples: [
        calmSample('window.duration_ms', 1_000),
        calmSample('database.statements', statements),
        calmSample('load.requests', ratePerSecond, 'list'),
      ],
    });
  const check = checkOf('database-budget');
  expect(codesAround(check, statementsPerSecondMax, calmSecond)).toEqual([[], ['DATABASE_BUDGET_EXCEEDED']]);
});

test('the codes that a variant must be found by are codes that its checks know', () => {
  expect(claimedCodes(scenario)).toEqual({
    'steady-state': ['ERRORS_AT_REST'],
    'one-load': ['TOO_MANY_LOADS'],
    'readers-are-answered': ['READERS_TURNED_AWAY', 'READERS_WAIT_LONG'],
    'maker-may-die': ['READERS_TURNED_AWAY'],
    'errors-are-not-kept': ['READERS_TURNED_AWAY'],
    'nothing-is-remembered': ['TOO_MANY_LOADS'],
    'ends-apart': ['MADE_AGAIN_TOGETHER'],
    'copies-end': ['COPY_TOO_OLD', 'MADE_AGAIN_EARLY', 'NOTHING_KEPT_TOO_LONG'],
    'fresh-after-save': ['STALE_AFTER_WRITE'],
    'own-page': ['WRONG_PAGE'],
    'others-go-on': ['READERS_TURNED_AWAY'],
    'shop-survives-cache-loss': ['READS_FAILED'],
    'database-budget': ['DATABASE_BUDGET_EXCEEDED'],
    'entries-expire': ['KEYS_WITHOUT_EXPIRY'],
  });
});
