import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimSession, createToken, processStartTime } from '@lab/console';
import { expect, onTestFinished, test } from 'vitest';
import { usage } from '../report/options.ts';
import { main } from './main.ts';
import { captureIo } from './testing/captured-io.ts';

async function bench(...argv: string[]) {
  const labDir = await mkdtemp(join(tmpdir(), 'bench-'));
  onTestFinished(() => rm(labDir, { recursive: true, force: true }));
  const io = captureIo(labDir);
  return { labDir, io, run: () => main(argv, io, { repoRoot: labDir, labDir }) };
}

test('a wrong option is told with what helps, and nothing is measured', async () => {
  const { run, io } = await bench('--only', 'flour');
  expect(await run()).toBe(64);
  expect(io.out()).toBe('');
  expect(io.err()).toMatch(/^There is no row "flour"\.\n {2}Helps: the rows are floor, /);
});

test('a folder that is not there is noticed before anything is measured', async () => {
  const { run, io } = await bench('--out', join('nowhere', 'bench.json'));
  expect(await run()).toBe(64);
  expect(io.err()).toContain('cannot be written');
});

test('--help tells the rows', async () => {
  const { run, io } = await bench('--help');
  expect(await run()).toBe(0);
  expect(io.out()).toBe(usage);
});

test('beside a practice session nothing is measured', async () => {
  const { run, io, labDir } = await bench('--only', 'floor');
  claimSession(labDir, {
    schema: 'lab.session/1',
    state: 'running',
    run: null,
    labPid: process.pid,
    labStartTime: processStartTime(process.pid) ?? '',
    scenario: 'stale-tea',
    port: null,
    token: createToken(),
    workspace: labDir,
    startedAt: new Date().toISOString(),
    parts: [],
    replicas: [],
  });
  expect(await run()).toBe(69);
  expect(io.err()).toContain('A practice session of stale-tea runs');
  expect(io.err()).toContain('Helps: npx lab stop');
});
