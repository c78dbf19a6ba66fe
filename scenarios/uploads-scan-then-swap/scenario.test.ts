import { type Evidence, unfinishedParts } from '@lab/sdk';
import { expect, test } from 'vitest';
import { claimedCodes, declarationProblems } from '../shared/testing/declaration.ts';
import { checkNamed, codesAround, codesOf, evidenceOf } from '../shared/testing/evidence.ts';
import { fakeScanning, type ScanningWrongs } from '../shared/testing/fake-scanning.ts';
import { settle } from './experiments/settle.ts';
import {
  decidedWithinMs,
  formSeconds,
  formSecondsMin,
  imageBytesMax,
  leaseMs,
  scannerBytesMax,
  scanTimeoutMs,
  slowScanMs,
  videoBytesMax,
} from './limits.ts';
import { scenario } from './scenario.ts';

const { checks, experiments, hints, stack, story, variants } = scenario;
const budgets = story.budgets.join('\n');
type Rows = Evidence['tables'][number]['rows'];

test('the declaration is complete, and the scenario finished', () => {
  expect([...declarationProblems(scenario), ...unfinishedParts(scenario)]).toEqual([]);
  expect(variants.filter(({ name }) => name.startsWith('solutions/')).length).toBeGreaterThanOrEqual(3);
});

test('neither the story nor the first hint names an answer', () => {
  expect(hints[0]).not.toMatch(/copy|etag|entity tag|HEAD|condition|fail.?open|If-None-Match/i);
  expect(story.text.join('\n')).not.toMatch(/copy|etag|entity tag|fail.?open|If-None-Match/i);
});

test('the last look comes last, and alone', () => {
  expect(experiments.filter(({ phase }) => phase === 'recover')).toEqual([settle]);
  expect(experiments.at(-1)).toBe(settle);
});

test('another worker can take over', () => {
  expect(stack.replicas.worker).toBeGreaterThan(1);
});

test('the limits in the story are those of the environment', () => {
  expect(stack.environment).toMatchObject({
    UPLOAD_IMAGE_MAX_BYTES: String(imageBytesMax),
    UPLOAD_VIDEO_MAX_BYTES: String(videoBytesMax),
    UPLOAD_FORM_TTL_SECONDS: String(formSeconds),
    SCAN_TIMEOUT_MS: String(scanTimeoutMs),
    UPLOAD_LEASE_MS: String(leaseMs),
  });
  for (const bytes of [imageBytesMax, videoBytesMax]) expect(budgets).toContain(bytes.toLocaleString('en-GB'));
  expect(budgets).toContain(`is good for ${formSeconds} s`);
  expect(budgets).toContain(`within ${formSecondsMin} s is taken`);
  expect(budgets).toContain(`(\`SCAN_TIMEOUT_MS\`, ${scanTimeoutMs / 1_000} s)`);
});

test('a slow scanner is one that answers in half of its time, and its limit is one that allowed files pass', () => {
  expect(slowScanMs).toBeLessThanOrEqual(scanTimeoutMs / 2);
  expect(scannerBytesMax + 160_000).toBeLessThan(videoBytesMax);
});

const row = {
  ...{ upload: 'one', what: 'a film', expected: 'ready', announced: 201, way: 'form', sent: 204, confirmed: 202 },
  ...{ contentType: 'video/mp4', status: 'ready', served: 200, sha256: 'aa', servedSha256: 'aa', operation: 7 },
};
const tablesOf = (tables: Readonly<Record<string, Rows>>): Evidence =>
  evidenceOf(scenario, { tables: Object.entries(tables).map(([table, rows]) => ({ table, rows })) });

test.each([
  ['clean-files-come-through', 'late-file'],
  ['scanner-comes-back', 'scanner-down'],
])('the time for a decision in the story is the one that "%s" judges', (name, experiment) => {
  const decidedAfter = (ms: number) => tablesOf({ uploads: [{ ...row, experiment, decidedAfterMs: ms }] });
  expect(budgets).toContain(`decided within ${decidedWithinMs / 1_000} s`);
  expect(codesAround(checkNamed(scenario, name), decidedWithinMs, decidedAfter)).toEqual([[], ['READY_LATE']]);
});

/** Rows of every experiment, as a right service leaves them. */
function rightRun(): Record<string, Rows> {
  const of = (names: readonly string[], more = {}): Rows =>
    names.map((experiment) => ({ ...row, ...more, experiment, upload: experiment, met: true, decidedAfterMs: 300 }));
  const away = { statusDuring: 'scanning', servedDuring: false, trouble: 'the scanner was down' };
  const again = { firstSha256: 'aa', oldServed: 200, oldSha256: 'aa' };
  const waiting = { status: 'failed', served: 409, servedSha256: null };
  const all = experiments.map(({ id }) => id);
  return {
    uploads: of(['plain-files', 'late-file', 'scanner-down', 'scanner-silent', 'scanner-slow', 'scanner-breaks']),
    served: of(checks.find(({ id }) => id.endsWith('/scanned-as-served'))?.experiments ?? []),
    'used-again': of(['swapped-when-ready', 'confirmed-late'], again),
    troubles: of(['scanner-down', 'scanner-silent', 'scanner-words', 'scanner-limit'], { ...waiting, ...away }),
    decisions: of(['late-verdict'], { ...waiting, status: 'rejected', decidedAs: 'rejected' }),
    'served-at-rest': of(all.filter((id) => id.startsWith('swapped') || id === 'plain-files')),
    scans: [{ sha256: 'aa', isInfected: false, reply: 'stream: OK' }],
  };
}

const judged = checks.filter(({ id }) => !id.endsWith('/steady-state'));

function found(tables: Record<string, Rows>): Readonly<Record<string, readonly string[]>> {
  const evidence = tablesOf(tables);
  const codes = judged.map((check) => [check.id.slice(scenario.id.length + 1), codesOf(check, evidence)] as const);
  return Object.fromEntries(codes.filter(([, list]) => list.length > 0));
}

test('a run in which everything was right passes', () => {
  expect(found(rightRun())).toEqual({});
});

test('other bytes than those that were scanned are found, and by their own check alone', () => {
  const run = rightRun();
  const served = (run['served'] ?? []).map((one) => ({ ...one, servedSha256: 'bb', shownSha256: 'bb' }));
  expect(found({ ...run, served })).toEqual({ 'scanned-as-served': ['SERVED_UNSCANNED'] });
});

test('nothing is judged by a run that recorded nothing', () => {
  for (const check of judged) expect(new Set(codesOf(check, evidenceOf(scenario)))).toEqual(new Set(['NOT_MEASURED']));
});

test('every code that a variant is claimed by is one that its check can find', () => {
  expect(Object.values(claimedCodes(scenario)).flat()).not.toContain('NOT_MEASURED');
  expect(Object.keys(claimedCodes(scenario)).sort()).toEqual(
    checks.map(({ id }) => id.slice(scenario.id.length + 1)).sort(),
  );
});

/** A run of these experiments on a small ShelfWise, right but for these wrongs. */
async function runOn(wrongs: ScanningWrongs, names: readonly string[]): Promise<Record<string, Rows>> {
  const { h } = fakeScanning({ scanTimeoutMs, leaseMs }, wrongs);
  const tables: Record<string, Rows> = {};
  for (const experiment of experiments.filter(({ id }) => names.includes(id))) {
    const outcome = await experiment.run(h);
    expect(outcome.reached, outcome.note).toBe(true);
    for (const { table, rows } of outcome.tables ?? []) tables[table] = [...(tables[table] ?? []), ...rows];
  }
  return tables;
}

test.each(experiments.filter(({ phase }) => phase !== 'recover').map(({ id }) => id))(
  'a service that does everything right passes "%s"',
  { timeout: 20_000 },
  async (name) => {
    const tables = await runOn({}, [name, 'settle']);
    const asked = judged.filter((check) => check.experiments.includes(name));
    expect(asked.length).toBeGreaterThan(0);
    const evidence = { ...tablesOf(tables), selected: [name, 'settle'] };
    for (const check of asked) expect(check.judge(evidence)).toEqual([]);
  },
);

test.each<[string, ScanningWrongs, string, string, string]>([
  ['serves from where it came in', { place: 'one-for-all' }, 'swapped-when-ready', 'ready-stays', 'VIRUS_SERVED'],
  ['serves that', { place: 'one-for-all' }, 'swapped-while-scanned', 'scanned-as-served', 'VIRUS_SERVED'],
  ['copies afterwards', { place: 'copied-afterwards' }, 'swapped-while-scanned', 'scanned-as-served', 'VIRUS_SERVED'],
  [
    'scans another than it serves',
    { place: 'scanned-where-it-came-in' },
    'swapped-under-the-copy',
    'scanned-as-served',
    'VIRUS_SERVED',
  ],
  [
    'asks, and then reads again',
    { place: 'asked-then-read-again' },
    'swapped-after-the-verdict',
    'scanned-as-served',
    'VIRUS_SERVED',
  ],
  ['serves from there still', { place: 'one-for-all' }, 'confirmed-late', 'ready-stays', 'VIRUS_SERVED'],
  ['begins anew', { anew: true }, 'swapped-when-ready', 'ready-stays', 'NO_LONGER_SERVED'],
  [
    'looks for FOUND',
    { verdict: 'whatever-is-not-found' },
    'scanner-words',
    'no-verdict-not-ready',
    'READY_WITHOUT_A_VERDICT',
  ],
  [
    'looks for FOUND, and for limits',
    { verdict: 'whatever-is-not-found' },
    'scanner-limit',
    'read-to-the-end',
    'READY_WITHOUT_A_VERDICT',
  ],
  ['looks for OK', { verdict: 'ok-somewhere' }, 'scanner-words', 'no-verdict-not-ready', 'READY_WITHOUT_A_VERDICT'],
  ['believes silence', { verdict: 'silence' }, 'scanner-silent', 'no-verdict-not-ready', 'READY_WITHOUT_A_VERDICT'],
  ['goes on without it', { down: 'goes-on' }, 'scanner-down', 'no-verdict-not-ready', 'READY_WITHOUT_A_VERDICT'],
  ['rejects without it', { down: 'rejects' }, 'scanner-down', 'scanner-comes-back', 'NOT_READY'],
  ['believes whoever wakes up', { lateCounts: true }, 'late-verdict', 'decided-once', 'DECIDED_ANEW'],
  ['ends its forms at once', { formMs: 1_000 }, 'late-file', 'clean-files-come-through', 'UPLOAD_REFUSED'],
])('a service that %s is found', { timeout: 20_000 }, async (_what, wrongs, name, check, code) => {
  const tables = await runOn(wrongs, [name, 'settle']);
  expect(codesOf(checkNamed(scenario, check), { ...tablesOf(tables), selected: [name, 'settle'] })).toContain(code);
});
