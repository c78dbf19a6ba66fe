import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeTestFolder, memoryLog } from '../testing/test-run.ts';
import { JOURNAL_FILE, openJournal } from './journal.ts';
import { sweepLeftovers } from './sweep-leftovers.ts';

let repoRoot: string;
let runsDir: string;
const messages: string[] = [];
const sweep = () => sweepLeftovers({ repoRoot, log: memoryLog(messages) });

beforeEach(() => {
  repoRoot = makeTestFolder();
  runsDir = path.join(repoRoot, '.lab', 'runs');
  messages.length = 0;
});
afterEach(() => rmSync(repoRoot, { recursive: true, force: true }));

function plantRun(run: string, lines: readonly object[]): string {
  const runDir = path.join(runsDir, run);
  mkdirSync(runDir, { recursive: true });
  writeFileSync(path.join(runDir, JOURNAL_FILE), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return runDir;
}

const deadLab = { event: 'lab', pid: 2 ** 30, startTime: '1', boot: 'another' };

test('with nothing to do it is done in under 20 ms', async () => {
  for (let index = 10; index < 40; index += 1) plantRun(`20260101-0000${index}-aaaa`, [deadLab, { event: 'end' }]);
  await sweep();
  const tookMs = [];
  for (let index = 0; index < 10; index += 1) {
    const startedAt = performance.now();
    expect(await sweep()).toEqual({ runs: [], killed: [], left: [], pruned: [] });
    tookMs.push(performance.now() - startedAt);
  }
  // The machine is not always busy with something else.
  expect(Math.min(...tookMs)).toBeLessThan(20);
});

test('without a folder of runs there is nothing to do', async () => {
  expect(await sweep()).toEqual({ runs: [], killed: [], left: [], pruned: [] });
});

test('a run whose lab died is cleaned up once', async () => {
  const runDir = plantRun('20260101-000000-aaaa', [deadLab]);
  const folder = path.join(runDir, 'parts');
  mkdirSync(folder);
  writeFileSync(
    path.join(runDir, JOURNAL_FILE),
    `${JSON.stringify(deadLab)}\n${JSON.stringify({ event: 'temporary', path: folder })}\n`,
  );
  expect((await sweep()).runs).toEqual(['20260101-000000-aaaa']);
  expect(existsSync(folder)).toBe(false);
  expect((await sweep()).runs).toEqual([]);
  expect(messages).toHaveLength(1);
});

test('the newest 30 runs are kept', async () => {
  for (let index = 10; index < 45; index += 1) plantRun(`20260101-0000${index}-aaaa`, [deadLab, { event: 'end' }]);
  expect((await sweep()).pruned).toHaveLength(5);
  expect(readdirSync(runsDir).sort()[0]).toBe('20260101-000015-aaaa');
});

test('a run in use is neither cleaned up nor removed, however old', async () => {
  openJournal(path.join(runsDir, '20200101-000000-aaaa')).close();
  for (let index = 10; index < 45; index += 1) plantRun(`20260101-0000${index}-aaaa`, [deadLab, { event: 'end' }]);
  const result = await sweep();
  expect(result.runs).toEqual([]);
  expect(existsSync(path.join(runsDir, '20200101-000000-aaaa'))).toBe(true);
});

test('a new run folder without a journal is one that is being made', async () => {
  mkdirSync(path.join(runsDir, '20200101-000000-aaaa'), { recursive: true });
  mkdirSync(path.join(runsDir, '20200101-000001-aaaa'));
  utimesSync(path.join(runsDir, '20200101-000001-aaaa'), 1, 1);
  for (let index = 10; index < 45; index += 1) plantRun(`20260101-0000${index}-aaaa`, [deadLab, { event: 'end' }]);
  await sweep();
  expect(existsSync(path.join(runsDir, '20200101-000000-aaaa'))).toBe(true);
  expect(existsSync(path.join(runsDir, '20200101-000001-aaaa'))).toBe(false);
});
