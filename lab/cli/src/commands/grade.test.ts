import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SubmissionError } from '@lab/sdk';
import { expect, test } from 'vitest';
import { createFakeLab, type FakeLab, gradeRun, runFake } from '../testing/fake-services.ts';

let lab: FakeLab;

test('a fix that holds exits 0 and the verdict is the last line', async () => {
  lab = await createFakeLab();
  const { exit, out } = await runFake(lab, 'grade stale-tea --seed 2');
  expect(exit).toBe(0);
  expect(out.trimEnd().split('\n').at(-1)).toMatch(/passed/i);
});

test('a fix that does not hold exits 1', async () => {
  lab = await createFakeLab();
  expect((await runFake(lab, 'grade --seed 3')).exit).toBe(1);
});

test('the default scenario is the first, and the default code is the workspace on the start', async () => {
  lab = await createFakeLab();
  const { err } = await runFake(lab, 'grade --seed 2');
  expect(err).toContain('Grading workspace of stale-tea (seed 2)');
  expect(lab.calls).toEqual(['testbed 1', 'materialise broken', 'grade 2 all', 'end 000001']);
});

test('code that does not boot is rejected, with file and line, and exits 1', async () => {
  lab = await createFakeLab({
    grade: () => {
      throw new SubmissionError('E_BOOT_EXITED', {
        stage: 'boot',
        message: 'It ended with exit code 1.',
        location: { file: 'src/kettle.ts', line: 4 },
      });
    },
  });
  const { exit, out } = await runFake(lab, 'grade --json');
  expect(exit).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ verdict: 'rejected', rejection: { file: 'src/kettle.ts', line: 4 } });
});

test('an inconclusive run is repeated once, on a new testbed, and that is said', async () => {
  let attempts = 0;
  lab = await createFakeLab({
    grade: (options) => {
      attempts += 1;
      return gradeRun(options, attempts === 1 ? 'This machine was too busy.' : null);
    },
  });
  const { exit, err } = await runFake(lab, 'grade --seed 2');
  expect(exit).toBe(0);
  expect(err).toContain('This machine was too busy. Once more');
  expect(lab.calls.filter((call) => call.startsWith('testbed'))).toEqual(['testbed 1', 'testbed 2']);
});

test('a run that stays inconclusive exits 2', async () => {
  lab = await createFakeLab({ grade: (options) => gradeRun(options, 'This machine was too busy.') });
  expect((await runFake(lab, 'grade --seed 2')).exit).toBe(2);
});

test('--out writes the report that stdout shows', async () => {
  lab = await createFakeLab();
  const { out } = await runFake(lab, `grade --seed 2 --report json --out ${lab.repoRoot}/out`);
  expect(await readFile(join(lab.repoRoot, 'out', 'report.json'), 'utf8')).toBe(out);
});

test('judging a run again prints its report byte for byte', async () => {
  lab = await createFakeLab();
  const first = await runFake(lab, 'grade --seed 3 --json');
  const again = await runFake(lab, 'judge 20260101-000001-0000 --json');
  expect(again.out).toBe(first.out);
  expect(again.exit).toBe(1);
});

test('a variant is graded without the workspace', async () => {
  lab = await createFakeLab();
  await runFake(lab, 'grade --variant solutions/thermos --seed 2');
  expect(lab.calls).toContain('materialise solutions/thermos');
});

test('an unknown variant exits 64 and lists the known ones', async () => {
  lab = await createFakeLab();
  const { exit, err } = await runFake(lab, 'grade --variant mutants/boiling');
  expect(exit).toBe(64);
  expect(err).toContain('mutants/lukewarm');
});

test('a folder that is not there exits 64', async () => {
  lab = await createFakeLab();
  expect((await runFake(lab, 'grade --workspace missing')).exit).toBe(64);
});

test('a folder for the report that cannot be made is told before anything is measured', async () => {
  lab = await createFakeLab();
  await writeFile(join(lab.repoRoot, 'file'), '');
  const { exit, err } = await runFake(lab, `grade --seed 2 --out ${lab.repoRoot}/file/out`);
  expect(exit).toBe(64);
  expect(err).toContain('--out');
  expect(lab.calls).toEqual([]);
});
