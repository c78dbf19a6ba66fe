import { appendFile, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Report, reportSchema } from '@lab/sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { main } from '../main.ts';
import { makeCheckout } from '../testing/checkout.ts';
import { createTestIo } from '../testing/test-io.ts';

const scenario = 'cache-stale-price';
// The first grade in a new cache builds the template database; a hang is waited for, for 15 s.
const limitMs = 120_000;
let checkout: Awaited<ReturnType<typeof makeCheckout>>;
let workspace: string;

beforeEach(async () => {
  checkout = await makeCheckout();
  workspace = await checkout.makeWorkspace(scenario);
});
afterEach(async () => {
  await checkout[Symbol.asyncDispose]();
});

async function lab(line: string): Promise<{ exit: number; out: string; err: string }> {
  const io = createTestIo({ env: process.env as Record<string, string>, columns: 100 });
  const exit = await main(line.split(' '), io, checkout);
  return { exit, out: io.out(), err: io.err() };
}

/** Grades the workspace twice over: as JSON, and as the text of the same run. */
async function grade(): Promise<{ exit: number; report: Report; text: string; runDir: string }> {
  const graded = await lab(`grade ${scenario} --json --seed 1`);
  const report = reportSchema.parse(JSON.parse(graded.out));
  const again = await lab(`judge ${report.lab.run}`);
  expect(again.exit).toBe(graded.exit);
  return { ...graded, report, text: again.out, runDir: join(checkout.labDir, 'runs', report.lab.run) };
}

/** Puts code before all else in the program that every replica runs. */
async function beginWith(code: string): Promise<void> {
  const program = join(workspace, 'bin', 'api.ts');
  await writeFile(program, `${code}\n${await readFile(program, 'utf8')}`);
}

async function expectRejected(
  expected: Partial<NonNullable<Report['rejection']>>,
): Promise<Awaited<ReturnType<typeof grade>>> {
  const graded = await grade();
  expect(graded).toMatchObject({ exit: 1, report: { verdict: 'rejected', score: 0, rejection: expected } });
  expect(graded.report.checks.map(({ status }) => status)).toEqual(graded.report.checks.map(() => 'not-applicable'));
  expect(graded.text).toMatch(/\nREJECTED ✗ {2}no check was made: the code .+\n$/);
  // The lab itself wrote that nothing of the run is left, not its guardian.
  expect(await readFile(join(graded.runDir, 'journal.ndjson'), 'utf8')).toContain('{"event":"end","by":"lab"');
  expect(await readdir(graded.runDir)).not.toContain('parts');
  return graded;
}

test('code that does not parse is rejected with its file and line', { timeout: limitMs }, async () => {
  const file = 'src/books/read-book.ts';
  const lines = (await readFile(join(workspace, file), 'utf8')).split('\n').length;
  await appendFile(join(workspace, file), 'const price: = 3;\n');
  const { text } = await expectRejected({ stage: 'boot', code: 'E_BOOT_EXITED', file, line: lines });
  expect(text).toContain('Your code did not start (E_BOOT_EXITED)');
  expect(text).toContain(`${file}:${lines}`);
});

test('code that exits before it is ready is rejected with its exit code', { timeout: limitMs }, async () => {
  await beginWith('process.exit(3);');
  const { report, text } = await expectRejected({ stage: 'boot', code: 'E_BOOT_EXITED' });
  expect(report.rejection?.message).toMatch(/^api-\d exited with code 3 before it was ready\./);
  expect(text).toContain('exited with code 3');
});

test('code that hangs at boot is rejected after its limit', { timeout: limitMs }, async () => {
  await beginWith('await new Promise(() => setInterval(() => undefined, 1_000));');
  const { report, text } = await expectRejected({ stage: 'boot', code: 'E_BOOT_TIMEOUT' });
  expect(report.rejection?.message).toMatch(/^api-\d did not answer 200 on \/readyz .+ within \d+ ms\./);
  expect(report.rejection?.hint).toContain('npx lab logs api-');
  expect(text).toContain('did not answer 200');
});

test('code that prints a gigabyte is rejected, and the log stays small', { timeout: limitMs }, async () => {
  await beginWith(`
    import { writeSync } from 'node:fs';
    const line = Buffer.from('x'.repeat(65_535) + '\\n');
    for (let written = 0; written < 2 ** 30; ) {
      try {
        written += writeSync(1, line);
      } catch {
        // The pipe is full: again.
      }
    }`);
  const { report, text, runDir } = await expectRejected({ stage: 'boot', code: 'E_BOOT_OUTPUT' });
  expect(report.rejection?.message).toMatch(/^api-\d printed \d+ bytes, more than \d+, before it was ready\./);
  expect(report.rejection?.message.length).toBeLessThan(10_000);
  expect(text.length).toBeLessThan(20_000);
  for (const name of await readdir(join(runDir, 'logs'))) {
    expect((await stat(join(runDir, 'logs', name))).size, name).toBeLessThan(17 * 1024 * 1024);
  }
});

test('text that is not UTF-8 is rejected before anything is run', { timeout: limitMs }, async () => {
  const file = 'src/books/read-book.ts';
  await writeFile(join(workspace, file), Buffer.concat([Buffer.from('// one\n// '), Buffer.from([0xe9, 0x0a])]));
  const { text } = await expectRejected({ stage: 'unpack', code: 'E_FILE_NOT_UTF8', file, line: 2 });
  expect(text).toContain('Your code could not be taken in');
});

test('code that starts and lets nobody in fails the steady state, which says so', { timeout: limitMs }, async () => {
  const file = join(workspace, 'src', 'auth', 'sign-in.ts');
  const text = await readFile(file, 'utf8');
  const broken = text.replace('if (!tenant || !user || !genuine)', 'if (user)');
  expect(broken).not.toBe(text);
  await writeFile(file, broken);
  const { exit, report } = await grade();
  expect([exit, report.verdict]).toEqual([1, 'failed']);
  const [failed, ...others] = report.checks.filter(({ status }) => status !== 'not-applicable');
  expect(others).toEqual([]);
  expect(failed).toMatchObject({ id: `${scenario}/steady-state`, status: 'failed' });
  expect(failed?.findings.map(({ code }) => code)).toEqual(['NOBODY_LET_IN']);
  expect(failed?.findings[0]?.message).toMatch(/no replica let \S+@shop-\d\d\.example in: api-1 answered 401/);
});

test('files that a fix may not change are named, and the grade is made without them', {
  timeout: limitMs,
}, async () => {
  const original = await readFile(join(workspace, 'package.json'), 'utf8');
  await writeFile(join(workspace, 'package.json'), original.replace('{', '{ "mine": true,'));
  await appendFile(join(workspace, 'migrations', '0001_catalogue.sql'), '\nDROP TABLE books;\n');
  await rm(join(workspace, 'migrations', '0001_catalogue.down.sql'));
  await writeFile(join(workspace, 'notes.txt'), 'mine');
  // So that the grade is a short one.
  await beginWith('process.exit(4);');
  const { report, text, runDir } = await expectRejected({ code: 'E_BOOT_EXITED' });
  const ignored = ['migrations/0001_catalogue.down.sql', 'migrations/0001_catalogue.sql', 'notes.txt', 'package.json'];
  expect(report.ignoredFiles).toEqual(ignored);
  expect(text).toContain('You changed 4 files that a fix may not change.');
  for (const path of ignored) expect(text).toContain(`        ${path}\n`);
  const code = join(runDir, 'code');
  expect(await readFile(join(code, 'package.json'), 'utf8')).toBe(original);
  expect(await readFile(join(code, 'migrations', '0001_catalogue.sql'), 'utf8')).not.toContain('DROP TABLE books');
  expect(await readdir(join(code, 'migrations'))).toContain('0001_catalogue.down.sql');
});
