import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabError, UsageError } from '@lab/sdk';
import { expect, test } from 'vitest';
import { judge } from '../judge.ts';
import { check, evidence, labFacts, operation, scenarioOf } from '../testing/evidence.ts';
import { loadEvidence, loadReport, storeEvidence, storeReport } from './run-folder.ts';

interface RunFolder extends AsyncDisposable {
  readonly dir: string;
}

async function runFolder(): Promise<RunFolder> {
  const dir = await mkdtemp(join(tmpdir(), 'brownout-run-'));
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) };
}

test('evidence comes back identical', async () => {
  await using run = await runFolder();
  await storeEvidence(run.dir, evidence());
  expect(await loadEvidence(run.dir)).toStrictEqual(evidence());
  expect((await readdir(run.dir)).sort()).toEqual([
    'evidence.json',
    'history.ndjson',
    'lab-health.json',
    'samples.ndjson',
    'tables',
  ]);
});

test('odd texts and an empty run come back identical', async () => {
  await using run = await runFolder();
  const odd = evidence({
    history: [operation({ key: 'ä\u2028\n"\\😀', error: '' })],
    samples: [],
    tables: [],
    timeline: [],
  });
  await storeEvidence(run.dir, odd);
  expect(await loadEvidence(run.dir)).toStrictEqual(odd);
});

test('a stored run is judged as the run itself was', async () => {
  await using run = await runFolder();
  const scenario = scenarioOf([
    check('late', {
      judge: ({ history }) =>
        history.map((one) => ({
          code: 'SEEN',
          severity: 'note',
          message: one.key,
          measured: { text: '' },
          expected: { text: '' },
          atMs: one.endMs,
          refs: {},
        })),
    }),
  ]);
  const judgeIt = (input: ReturnType<typeof evidence>) =>
    judge({ scenario, evidence: input, subject: 'broken', lab: labFacts, ignoredFiles: [] });
  await storeEvidence(run.dir, evidence());
  expect(judgeIt(await loadEvidence(run.dir))).toStrictEqual(judgeIt(evidence()));
});

test('a number that JSON cannot hold is refused, with its place', async () => {
  await using run = await runFolder();
  const broken = evidence({ samples: [{ atMs: Number.NaN, series: 'x', value: 1 }] });
  await expect(storeEvidence(run.dir, broken)).rejects.toThrow('NaN in "atMs"');
});

async function loadingFails(dir: string): Promise<unknown> {
  return loadEvidence(dir).then(
    () => null,
    (error: unknown) => error,
  );
}

test('a run that is not there is a wrong request', async () => {
  await using run = await runFolder();
  expect(await loadingFails(join(run.dir, 'none'))).toBeInstanceOf(UsageError);
  expect(await loadingFails(run.dir)).toMatchObject({ code: 'E_RUN_NOT_FOUND', hint: 'npx lab run list' });
  await expect(loadReport(run.dir)).rejects.toMatchObject({ code: 'E_REPORT_NOT_FOUND' });
});

test.each([
  ['a line too many', 'history.ndjson', 'E_RUN_DAMAGED', /has 4 lines, and 3 were written/],
  ['a cut-off last line', 'samples.ndjson', 'E_RUN_DAMAGED', /cut off/],
  ['a line that is no JSON', 'tables/01-final-books.ndjson', 'E_RUN_DAMAGED', /01-final-books\.ndjson:1/],
  ['a missing file', 'lab-health.json', 'E_RUN_FILE_MISSING', /lab-health\.json is missing/],
])('%s is named', async (what, file, code, message) => {
  await using run = await runFolder();
  await storeEvidence(run.dir, evidence());
  const path = join(run.dir, file);
  if (what === 'a line too many') await appendFile(path, `${JSON.stringify(operation())}\n`);
  if (what === 'a cut-off last line') await writeFile(path, (await readFile(path, 'utf8')).slice(0, -5));
  if (what === 'a line that is no JSON') await writeFile(path, '{"id":\n');
  if (what === 'a missing file') await rm(path);
  const error = await loadingFails(run.dir);
  expect(error).toBeInstanceOf(LabError);
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
});

test('an operation of another shape is named with its line', async () => {
  await using run = await runFolder();
  await storeEvidence(run.dir, evidence({ history: [operation()] }));
  await writeFile(join(run.dir, 'history.ndjson'), `${JSON.stringify({ ...operation(), outcome: 'maybe' })}\n`);
  expect(await loadingFails(run.dir)).toMatchObject({
    code: 'E_RUN_DAMAGED',
    message: expect.stringMatching(/history\.ndjson:1 is damaged: outcome/),
  });
});

test('a manifest cannot point outside its run', async () => {
  await using run = await runFolder();
  await storeEvidence(run.dir, evidence());
  const path = join(run.dir, 'evidence.json');
  await writeFile(path, (await readFile(path, 'utf8')).replace('01-final-books.ndjson', '../../history.ndjson'));
  expect(await loadingFails(run.dir)).toMatchObject({ code: 'E_RUN_DAMAGED' });
});

test('a run of a newer lab is told from a damaged one', async () => {
  await using run = await runFolder();
  await writeFile(join(run.dir, 'evidence.json'), '{"schemaVersion":2}');
  expect(await loadingFails(run.dir)).toMatchObject({ code: 'E_RUN_NEWER', hint: expect.stringContaining('update') });
  await writeFile(join(run.dir, 'report.json'), '{"schema":"lab.grade/2"}');
  await expect(loadReport(run.dir)).rejects.toMatchObject({ code: 'E_RUN_NEWER' });
});

test('a report comes back identical', async () => {
  await using run = await runFolder();
  const report = judge({
    scenario: scenarioOf([check('late')]),
    evidence: evidence(),
    subject: 'workspace',
    lab: labFacts,
    ignoredFiles: ['a'],
  });
  await storeReport(run.dir, report);
  expect(await loadReport(run.dir)).toStrictEqual(report);
});
