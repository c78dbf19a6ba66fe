import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { listScenarioIds } from '@lab/scenarios';
import { expect, onTestFinished, test } from 'vitest';
import { seeProcesses } from '../machine/proc.ts';
import { benchSchema } from '../report/document.ts';
import { main } from './main.ts';
import { captureIo } from './testing/captured-io.ts';

const repoRoot = resolve(import.meta.dirname, '..', '..', '..', '..');

async function bench(...argv: string[]) {
  const labDir = await mkdtemp(join(tmpdir(), 'bench-'));
  onTestFinished(() => rm(labDir, { recursive: true, force: true }));
  const io = captureIo(labDir, process.env);
  return { labDir, io, run: () => main(argv, io, { repoRoot, labDir }) };
}

/** Nothing of the bench is left: no folder, and no process that names or works in its own. */
async function expectNothingLeft(labDir: string): Promise<void> {
  expect(await readdir(join(labDir, 'bench'))).toEqual([]);
  const left = seeProcesses().filter(({ command, cwd }) => command.includes(labDir) || cwd.startsWith(labDir));
  expect(left.map(({ command }) => command)).toEqual([]);
}

test('the floor of each scenario is measured in time and memory, and nothing is left', {
  timeout: 300_000,
}, async () => {
  const { run, io, labDir } = await bench('--only', 'floor', '--json');
  expect(await run(), io.err()).toBe(0);
  const { rows, machine } = benchSchema.parse(JSON.parse(io.out()));
  const expected = listScenarioIds().flatMap((id) => [`floor ${id} s`, `floor ${id} MiB`]);
  expect(rows.map(({ row, of, unit }) => `${row} ${of} ${unit}`)).toEqual(expected);
  for (const { measured, samples } of rows) {
    expect(samples).toHaveLength(3);
    expect(measured).toBeGreaterThan(0);
  }
  expect(Object.keys(machine.tools)).toContain('postgres');
  expect(io.err()).toContain('floor (cache-stale-price) … ');
  await expectNothingLeft(labDir);
});

test('interrupted while a session starts, the bench leaves nothing', { timeout: 120_000 }, async () => {
  const { run, io, labDir } = await bench('--only', 'save-to-all');
  const running = run();
  const named = () => seeProcesses().filter(({ part }) => /^\S+\/(?:postgres|toxiproxy|redis)/.test(part));
  const isUp = () => named().some(({ cwd }) => cwd.startsWith(labDir));
  await expect.poll(isUp, { timeout: 90_000, interval: 20 }).toBe(true);
  io.interrupt();
  expect(await running).toBe(130);
  expect(io.out()).toBe('');
  await expectNothingLeft(labDir);
});
