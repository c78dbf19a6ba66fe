import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { listScenarioIds, materialise } from '@lab/workspace';
import { copyRepository } from '../bench/src/programs/copy-repository.ts';

// `npm run test:broken -- [--unit] [scenario …]`: the service's ordinary tests on each broken variant. They have to pass: what an
// exercise breaks, a suite as most teams have it does not notice. Tests of the policy itself are not among them, as they
// are not in a learner's workspace.

const repoRoot = resolve(import.meta.dirname, '..', '..');
const limitMs = 20 * 60_000;

interface Outcome {
  readonly passed: number;
  /** Titles of tests that failed, and files that could not be loaded. */
  readonly failed: readonly string[];
}

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());

const known = await listScenarioIds(repoRoot);
const { values, positionals: named } = parseArgs({ options: { unit: { type: 'boolean' } }, allowPositionals: true });
const projects = values.unit ? ['unit'] : ['unit', 'stack'];
const unknown = named.filter((id) => !known.includes(id));
if (unknown.length > 0) {
  process.stderr.write(`There is no scenario ${unknown.join(', ')}. There are: ${known.join(', ')}.\n`);
  process.exit(64);
}
for (const scenario of named.length > 0 ? named : known) {
  const startedAt = performance.now();
  const { passed, failed } = await testBroken(scenario);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  process.stdout.write(
    `${failed.length === 0 ? '✓' : '✗'} ${scenario}  ${passed} passed, ${failed.length} failed, ${seconds} s\n`,
  );
  for (const title of failed) process.stdout.write(`    ${title}\n`);
  if (failed.length > 0 || passed === 0) process.exitCode = 1;
}

/** Its broken service takes the place of the reference in a folder that is this checkout in all else. */
async function testBroken(scenario: string): Promise<Outcome> {
  const root = await mkdtemp(join(tmpdir(), 'brownout-broken-'));
  try {
    await copyRepository(repoRoot, root);
    await materialise({ repoRoot, scenario, variant: 'broken', target: join(root, 'lab', 'service') });
    for (const file of ['vitest.config.ts', 'lab/service/tsconfig.json']) {
      await copyFile(join(repoRoot, file), join(root, file));
    }
    const file = join(root, 'report.json');
    await runVitest(root, [
      'run',
      ...projects.map((name) => `--project=${name}`),
      'lab/service',
      `--outputFile.json=${file}`,
    ]);
    return outcomeOf(JSON.parse(await readFile(file, 'utf8')) as VitestReport, root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Its exit code says no more than its report does. */
async function runVitest(cwd: string, args: readonly string[]): Promise<void> {
  const program = join(repoRoot, 'node_modules', 'vitest', 'vitest.mjs');
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(limitMs)]);
  const child = spawn(process.execPath, [program, ...args, '--reporter=json'], {
    cwd,
    signal,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await once(child, 'close');
}

function outcomeOf({ testResults }: VitestReport, root: string): Outcome {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const silent = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: [
      ...tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
      ...silent.map(({ name }) => `${relative(root, name)} could not be loaded`),
    ],
  };
}
