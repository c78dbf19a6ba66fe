import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeTestFolder } from '../testing/test-run.ts';
import { hasEnded, isLabAlive, JOURNAL_FILE, openJournal, readJournal, readRunState } from './journal.ts';

let folder: string;
beforeEach(() => {
  folder = makeTestFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the first line names the process of the lab', () => {
  openJournal(folder).close();
  expect(readJournal(folder)?.[0]).toMatchObject({ event: 'lab', run: path.basename(folder), pid: process.pid });
});

test('a lab that lives is known by its own journal', () => {
  openJournal(folder).close();
  expect(isLabAlive(readJournal(folder) ?? [])).toBe(true);
});

test('the same process id with another start time is another process', () => {
  openJournal(folder).close();
  const [lab] = readJournal(folder) ?? [];
  expect(lab?.event === 'lab' && isLabAlive([{ ...lab, startTime: '1' }])).toBe(false);
});

test('a start time of another boot proves nothing', () => {
  openJournal(folder).close();
  const [lab] = readJournal(folder) ?? [];
  expect(lab?.event === 'lab' && isLabAlive([{ ...lab, boot: 'another' }])).toBe(false);
});

test('a line cut short by a crash is left out', () => {
  openJournal(folder).close();
  appendFileSync(path.join(folder, JOURNAL_FILE), '{"event":"started","pid":1');
  expect(readJournal(folder)).toHaveLength(1);
});

test('a run has ended once it says so', () => {
  const journal = openJournal(folder);
  expect(hasEnded(readJournal(folder) ?? [])).toBe(false);
  journal.write({ event: 'end', by: 'lab' });
  journal.close();
  expect(hasEnded(readJournal(folder) ?? [])).toBe(true);
});

test('writing after close is harmless', () => {
  const journal = openJournal(folder);
  journal.close();
  journal.close();
  journal.write({ event: 'end', by: 'lab' });
  expect(readJournal(folder)).toHaveLength(1);
});

test('a folder without a journal has none', () => {
  expect(readJournal(folder)).toBeNull();
});

test('a journal that was opened a moment ago says nothing yet', () => {
  writeFileSync(path.join(folder, JOURNAL_FILE), '');
  expect(readRunState(folder)).toBeNull();
});
