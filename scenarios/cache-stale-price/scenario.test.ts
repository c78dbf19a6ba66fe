import { type Check, type Evidence, type Operation, type Sample, scenarioProblems } from '@lab/sdk';
import { expect, test } from 'vitest';
import { readWithoutCacheMsMax, saveMedianMsMax, statementsPerSecondMax } from './checks.ts';
import { scenario } from './scenario.ts';

const { checks, experiments, hints, story, variants, workload } = scenario;
const mutants = variants.filter(({ name }) => name.startsWith('mutants/'));
const budgets = story.budgets.join('\n');

test('the declaration is sound', () => {
  expect(scenarioProblems(scenario)).toEqual([]);
});

test('the points of the checks add up to 100', () => {
  expect(checks.reduce((sum, { points }) => sum + points, 0)).toBe(100);
});

test.each(checks.map(({ id }) => id))('%s is claimed by a wrong fix', (id) => {
  expect(mutants.filter(({ killedBy }) => (killedBy[id] ?? []).length > 0)).not.toEqual([]);
});

test('every experiment is used by a check', () => {
  const used = new Set(checks.flatMap((check) => check.experiments));
  expect(experiments.map(({ id }) => id).filter((id) => !used.has(id))).toEqual([]);
});

test('there are at least ten wrong fixes, three cheats among them, and three other right ones', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(10);
  expect(mutants.filter(({ cheat }) => cheat === true).length).toBeGreaterThanOrEqual(3);
  expect(variants.filter(({ name }) => name.startsWith('solutions/')).length).toBeGreaterThanOrEqual(3);
});

test('there are four hints, and the first does not name an answer', () => {
  expect(hints).toHaveLength(4);
  expect(hints.every((hint) => /^[A-Z].*[.?]$/.test(hint))).toBe(true);
  expect(hints[0]).not.toMatch(/lease|generation|version|fence/i);
});

test('every check has its place in the lesson, by its own name', () => {
  const names = checks.map(({ id }) => id.replace(`${scenario.id}/`, ''));
  expect(checks.map(({ lesson }) => lesson)).toEqual(names.map((name) => `${scenario.lesson}#${name}`));
});

test('the story names every figure that the checks hold a fix to', () => {
  expect(budgets).toContain(`${statementsPerSecondMax} statements a second`);
  expect(budgets).toContain(`${workload.ratePerSecond} requests a second`);
  expect(budgets).toContain(`within ${saveMedianMsMax} ms (median)`);
  expect(budgets).toContain(`within ${readWithoutCacheMsMax} ms, while the cache is down or hangs`);
});

test('an experiment that runs beside others disturbs nobody', () => {
  const beside = experiments.filter(({ besideOthers }) => besideOthers === true);
  expect(beside.filter(({ disturbsLoad, needsRest }) => disturbsLoad === true || needsRest === true)).toEqual([]);
});

test('looking again comes after every disturbance', () => {
  const last = experiments.filter(({ phase }) => phase === 'recover').map(({ id }) => id);
  expect(last).toEqual(['reread', 'stored-keys']);
  expect(experiments.slice(-2).map(({ id }) => id)).toEqual(last);
});

test('the files to read first may be changed', () => {
  expect(scenario.startWith.filter((path) => !path.startsWith('src/'))).toEqual([]);
  expect(scenario.editable).toContain('src/**');
});

function checkOf(name: string): Check {
  const found = checks.find(({ id }) => id === `${scenario.id}/${name}`);
  if (found === undefined) throw new RangeError(`There is no check "${name}".`);
  return found;
}

function evidence(change: Partial<Evidence>): Evidence {
  return {
    schemaVersion: 1,
    scenario: scenario.id,
    run: '20260304-050607-ab12',
    seed: 1,
    history: [],
    samples: [],
    timeline: [],
    experiments: [],
    tables: [],
    exits: [],
    labHealth: {
      echo: { requests: 100, failed: 0, p95Ms: 2, maxMs: 9 },
      load: { planned: workload.ratePerSecond, delivered: workload.ratePerSecond, dropped: 0 },
      canaries: [],
      runnerStallMsMax: 0,
      problem: null,
    },
    referenceBaseline: null,
    selected: [],
    ...change,
  };
}

function calmSample(series: string, value: number, name?: string): Sample {
  return { atMs: 1_000, series, value, labels: { window: 'calm', ...(name === undefined ? {} : { name }) } };
}

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

const codes = (check: Check, given: Evidence): readonly string[] => check.judge(given).map(({ code }) => code);

test('the database budget of the story is the one that is judged', () => {
  const check = checkOf('database-budget');
  expect(codes(check, calmSecond(statementsPerSecondMax))).toEqual([]);
  expect(codes(check, calmSecond(statementsPerSecondMax + 1))).toEqual(['DATABASE_BUDGET_EXCEEDED']);
});

test('the time for a save in the story is the one that is judged', () => {
  const median = (valueMs: number) => evidence({ samples: [calmSample('load.latency_p50_ms', valueMs, 'patch')] });
  const check = checkOf('saves-are-answered');
  expect(codes(check, median(saveMedianMsMax))).toEqual([]);
  expect(codes(check, median(saveMedianMsMax + 1))).toEqual(['WRITES_SLOW']);
});

const page: Operation = {
  id: 2,
  client: 'reader',
  kind: 'read',
  view: 'detail',
  replica: 'api-1',
  key: 'book-1',
  value: 1_000,
  startMs: 100,
  endMs: 105,
  outcome: 'ok',
  status: 200,
};

test.each(['cache-cut', 'cache-hangs'])('the time for a page in the story is the one that is judged in %s', (id) => {
  const facts = { fromMs: 0, toMs: 1_000 };
  const record = { experiment: id, attempt: 1, reached: true, startMs: 0, endMs: 5_000, keys: [], facts };
  const taking = (ms: number): Evidence =>
    evidence({ experiments: [record], history: [{ ...page, experiment: id, startMs: 0, endMs: ms }] });
  const check = checkOf('shop-survives-cache-loss');
  expect(codes(check, taking(readWithoutCacheMsMax))).toEqual([]);
  expect(codes(check, taking(readWithoutCacheMsMax + 1))).toEqual(['READS_HUNG']);
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

test('the codes that a variant must be found by are codes that the checks know', () => {
  const known = [
    'STALE_AFTER_WRITE',
    'OLDER_WRITE_WON',
    'READS_FAILED',
    'READS_HUNG',
    'KEYS_WITHOUT_EXPIRY',
    'DATABASE_BUDGET_EXCEEDED',
    'WRITES_SLOW',
    'ERRORS_AT_REST',
  ];
  const named = variants.flatMap(({ killedBy }) => Object.values(killedBy).flat());
  expect(new Set(named)).toEqual(new Set(known));
});
