import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SubmissionError } from '@lab/sdk';
import { beforeEach, describe, expect, test } from 'vitest';
import { createFakeLab, type FakeLab, type FakeLabOptions, gradeRun, runFake } from '../testing/fake-services.ts';
import { inputsHash } from './inputs-hash.ts';

let lab: FakeLab;

/** Verdicts by variant: which code was materialised last decides. */
async function labWith(verdicts: Record<string, 'passed' | 'failed' | 'busy' | 'rejected'>): Promise<FakeLab> {
  const options: FakeLabOptions = {
    grade: (given) => {
      const variant = lab.calls.findLast((call) => call.startsWith('materialise '))?.slice('materialise '.length) ?? '';
      const verdict = verdicts[variant];
      if (verdict === 'rejected') throw new SubmissionError('E_BOOT_EXITED', { stage: 'boot', message: 'It ended.' });
      const seed = verdict === 'passed' || verdict === 'busy' ? 2 : 3;
      return gradeRun({ ...given, seed }, verdict === 'busy' ? 'Too busy.' : null);
    },
  };
  return await createFakeLab(options);
}

const right = {
  reference: 'passed',
  broken: 'failed',
  'mutants/lukewarm': 'failed',
  'solutions/thermos': 'passed',
} as const;

beforeEach(async () => {
  lab = await labWith(right);
});

test('every variant with its verdict exits 0, one line per run, and ends with the matrix', async () => {
  const { exit, out, err } = await runFake(lab, 'verify');
  expect(exit).toBe(0);
  expect(err).toMatch(/✓ mutants\/lukewarm +failed as expected by hot, drunk/);
  expect(out).toContain('mutants/lukewarm');
  expect(out).toContain('4 runs right, 0 wrong, 0 undecided');
});

test('one testbed serves every run of a scenario', async () => {
  await runFake(lab, 'verify');
  expect(lab.calls.filter((call) => call.startsWith('testbed'))).toEqual(['testbed 1']);
});

test('a mutant runs only what its claiming checks need, unless --full', async () => {
  await runFake(lab, 'verify --variant mutants/lukewarm');
  await runFake(lab, 'verify --variant mutants/lukewarm --fresh --full');
  const grades = lab.calls.filter((call) => call.startsWith('grade')).map((call) => call.split(' ').at(-1));
  expect(grades).toEqual(['stale-tea/drunk', 'all']);
});

test('a mutant that passes is wrong: exit 1, with what was seen', async () => {
  lab = await labWith({ ...right, 'mutants/lukewarm': 'passed' });
  const { exit, out } = await runFake(lab, 'verify');
  expect(exit).toBe(1);
  expect(out).toContain('✗ mutants/lukewarm: The verdict was passed, not failed.');
});

test('a variant that does not boot is wrong', async () => {
  lab = await labWith({ ...right, broken: 'rejected' });
  expect((await runFake(lab, 'verify')).exit).toBe(1);
});

test('an inconclusive run is repeated twice at most, each on a new testbed; undecided exits 2', async () => {
  lab = await labWith({ ...right, reference: 'busy' });
  const { exit } = await runFake(lab, 'verify --variant reference');
  expect(exit).toBe(2);
  expect(lab.calls.filter((call) => call.startsWith('testbed'))).toHaveLength(3);
});

test('stored results count, so a second verify has nothing to run', async () => {
  await runFake(lab, 'verify --runs 2');
  const before = lab.calls.length;
  const { exit } = await runFake(lab, 'verify --runs 2');
  expect(exit).toBe(0);
  expect(lab.calls.slice(before)).toEqual([]);
});

test('runs on a busy machine are asked for, and counted, apart from those on an idle one', async () => {
  await runFake(lab, 'verify --variant reference --runs 2');
  const { out } = await runFake(lab, 'verify --variant reference --runs 1 --busy --json');
  expect(JSON.parse(out).scenarios[0]).toMatchObject({ idle: { runs: 2 }, busy: { runs: 1 } });
  expect((await runFake(lab, 'verify --variant reference --runs 1')).out).toMatch(
    /stale-tea, 1 grade on a busy machine: p50/,
  );
});

test('two at once keep each other’s runs', async () => {
  let started = 0;
  const both = Promise.withResolvers<void>();
  lab = await createFakeLab({
    grade: async (given) => {
      started += 1;
      if (started === 2) both.resolve();
      await both.promise;
      return gradeRun({ ...given, seed: 2 });
    },
  });
  await Promise.all([runFake(lab, 'verify --variant reference'), runFake(lab, 'verify --variant solutions/thermos')]);
  const proof = JSON.parse(await readFile(join(lab.repoRoot, 'scenarios', 'stale-tea', 'proof.json'), 'utf8'));
  expect(Object.keys(proof.entries)).toEqual(['reference', 'solutions/thermos']);
});

test('--fresh runs again and forgets what was stored', async () => {
  await runFake(lab, 'verify --runs 2');
  const { out } = await runFake(lab, 'verify --fresh --json');
  expect(JSON.parse(out).counts).toEqual({ passed: 4, failed: 0, inconclusive: 0 });
});

test('changed inputs of one variant run that variant again', async () => {
  await runFake(lab, 'verify');
  const overlay = join(lab.repoRoot, 'scenarios', 'stale-tea', 'mutants', 'lukewarm');
  await mkdir(overlay, { recursive: true });
  await writeFile(join(overlay, 'kettle.ts'), 'export {};');
  const before = lab.calls.length;
  await runFake(lab, 'verify --changed');
  expect(lab.calls.slice(before).filter((call) => call.startsWith('materialise'))).toEqual([
    'materialise mutants/lukewarm',
  ]);
});

test('a budget that has ended begins no run, and says that it is not complete', async () => {
  const { out, exit } = await runFake(lab, 'verify --budget 0s --json');
  expect(exit).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ complete: false, counts: { passed: 0 } });
});

test('an interrupted verify keeps the runs it made', async () => {
  let runs = 0;
  const { createTestIo } = await import('../testing/test-io.ts');
  const io = createTestIo();
  lab = await createFakeLab({
    grade: (given) => {
      runs += 1;
      if (runs === 2) io.send('SIGINT');
      given.signal.throwIfAborted();
      return gradeRun({ ...given, seed: 2 });
    },
  });
  expect((await runFake(lab, 'verify --variant reference --runs 3', io)).exit).toBe(130);
  const proof = JSON.parse(await readFile(join(lab.repoRoot, 'scenarios', 'stale-tea', 'proof.json'), 'utf8'));
  expect(proof.entries.reference.runs).toBe(1);
});

test('an unknown variant or scenario exits 64', async () => {
  expect((await runFake(lab, 'verify --variant mutants/lukewram')).err).toContain('Did you mean mutants/lukewarm?');
  expect((await runFake(lab, 'verify stale-te')).exit).toBe(64);
});

describe('the hash of the inputs', () => {
  test('stands still when a test, the proof or another variant changes', async () => {
    const before = await inputsHash(lab.repoRoot, 'stale-tea', 'broken');
    const dir = join(lab.repoRoot, 'scenarios', 'stale-tea');
    await mkdir(join(dir, 'mutants', 'other'), { recursive: true });
    await writeFile(join(dir, 'mutants', 'other', 'a.ts'), '');
    await writeFile(join(dir, 'proof.json'), '{}');
    await writeFile(join(dir, 'scenario.test.ts'), '');
    await mkdir(join(lab.repoRoot, 'grader', 'checks', 'src', 'testing'), { recursive: true });
    await writeFile(join(lab.repoRoot, 'grader', 'checks', 'src', 'testing', 'evidence.ts'), 'x');
    expect(await inputsHash(lab.repoRoot, 'stale-tea', 'broken')).toBe(before);
  });

  test('moves when the service, the scenario or the overlay changes', async () => {
    const files = [
      'lab/service/src/app.ts',
      'lab/runtime/src/parts/proxy.ts',
      'lab/world/src/provider.ts',
      'lab/world/bin/world.ts',
      'scenarios/stale-tea/scenario.ts',
      'scenarios/stale-tea/broken/app.ts',
    ];
    const seen = new Set([await inputsHash(lab.repoRoot, 'stale-tea', 'broken')]);
    for (const file of files) {
      await mkdir(join(lab.repoRoot, file, '..'), { recursive: true });
      await writeFile(join(lab.repoRoot, file), 'x');
      seen.add(await inputsHash(lab.repoRoot, 'stale-tea', 'broken'));
    }
    expect(seen.size).toBe(files.length + 1);
  });
});
