import { type Check, type Evidence, type Operation, unfinishedParts } from '@lab/sdk';
import { expect, test } from 'vitest';
import { claimedCodes, declarationProblems } from '../shared/testing/declaration.ts';
import { attemptOf, calmSample, checkNamed, codesAround, evidenceOf, pageRead } from '../shared/testing/evidence.ts';
import { readWithoutCacheMsMax, saveMedianMsMax, statementsPerSecondMax } from './checks.ts';
import { scenario } from './scenario.ts';

const { experiments, hints, story, variants, workload } = scenario;
const budgets = story.budgets.join('\n');

test('the declaration is complete, and the scenario finished', () => {
  expect([...declarationProblems(scenario), ...unfinishedParts(scenario)]).toEqual([]);
  expect(variants.filter(({ name }) => name.startsWith('solutions/')).length).toBeGreaterThanOrEqual(3);
});

test('the first hint does not name an answer', () => {
  expect(hints[0]).not.toMatch(/lease|generation|version|fence/i);
});

test('the story names every figure that the checks hold a fix to', () => {
  expect(budgets).toContain(`${statementsPerSecondMax} statements a second`);
  expect(budgets).toContain(`${workload.ratePerSecond} requests a second`);
  expect(budgets).toContain(`within ${saveMedianMsMax} ms (median)`);
  expect(budgets).toContain(`within ${readWithoutCacheMsMax} ms, while the cache is down or hangs`);
});

test('looking again comes after every disturbance', () => {
  const last = experiments.filter(({ phase }) => phase === 'recover').map(({ id }) => id);
  expect(last).toEqual(['reread', 'stored-keys']);
  expect(experiments.slice(-2).map(({ id }) => id)).toEqual(last);
});

const checkOf = (name: string): Check => checkNamed(scenario, name);
const evidence = (change: Partial<Evidence>): Evidence => evidenceOf(scenario, change);

/** One calm second of the planned load. */
function calmSecond(statements: number): Evidence {
  return evidence({
    samples: [
      calmSample('window.duration_ms', 1_000),
      calmSample('database.statements', statements),
      calmSample('load.requests', workload.ratePerSecond, 'detail'),
    ],
  });
}

test('the database budget of the story is the one that is judged', () => {
  const check = checkOf('database-budget');
  expect(codesAround(check, statementsPerSecondMax, calmSecond)).toEqual([[], ['DATABASE_BUDGET_EXCEEDED']]);
});

test('the time for a save in the story is the one that is judged', () => {
  const median = (valueMs: number) => evidence({ samples: [calmSample('load.latency_p50_ms', valueMs, 'patch')] });
  const check = checkOf('saves-are-answered');
  expect(codesAround(check, saveMedianMsMax, median)).toEqual([[], ['WRITES_SLOW']]);
});

const page = pageRead({ id: 2 });

test.each(['cache-cut', 'cache-hangs'])('the time for a page in the story is the one that is judged in %s', (id) => {
  const record = attemptOf(id, { facts: { fromMs: 0, toMs: 1_000 } });
  const taking = (ms: number): Evidence =>
    evidence({ selected: [id], experiments: [record], history: [{ ...page, experiment: id, startMs: 0, endMs: ms }] });
  const check = checkOf('shop-survives-cache-loss');
  expect(codesAround(check, readWithoutCacheMsMax, taking)).toEqual([[], ['READS_HUNG']]);
  expect(check.judge(taking(9_000))[0]?.message).not.toContain(id);
});

/** Checks that find stale reads, with the experiments whose books are theirs. */
const freshness = ['fresh-everywhere', 'no-old-refill', 'no-late-fill', 'outage-is-not-hidden'].flatMap((name) =>
  checkOf(name)
    .experiments.filter((experiment) => experiment !== 'reread')
    .map((experiment) => [name, experiment] as const),
);

test.each(freshness)('a stale read found by %s says how it came about in %s', (name, experiment) => {
  const write: Operation = { ...page, id: 1, experiment, kind: 'write', value: 2_000, startMs: 10, endMs: 20 };
  const [found] = checkOf(name).judge(evidence({ history: [write, { ...page, experiment }] }));
  expect(found?.code).toBe('STALE_AFTER_WRITE');
  expect(found?.message).toMatch(/said 10\.00\. [A-Z].{30,}\.$/);
});

test('the codes that a variant must be found by are codes that its checks know', () => {
  const stale = ['STALE_AFTER_WRITE'];
  expect(claimedCodes(scenario)).toEqual({
    'steady-state': ['ERRORS_AT_REST'],
    'fresh-everywhere': stale,
    'no-old-refill': stale,
    'no-late-fill': stale,
    'last-save-wins': ['OLDER_WRITE_WON'],
    'outage-is-not-hidden': stale,
    'shop-survives-cache-loss': ['READS_FAILED', 'READS_HUNG'],
    'database-budget': ['DATABASE_BUDGET_EXCEEDED'],
    'saves-are-answered': ['WRITES_SLOW'],
    'entries-expire': ['KEYS_WITHOUT_EXPIRY'],
  });
});
