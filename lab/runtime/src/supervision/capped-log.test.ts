import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeTestFolder } from '../testing/test-run.ts';
import { createLineSplitter, openCappedLog } from './capped-log.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = makeTestFolder();
  file = path.join(folder, 'logs', 'api-1.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what is printed is in the file at once', () => {
  const log = openCappedLog(file);
  log.write(Buffer.from('hello\n'), 'stdout');
  expect(readFileSync(file, 'utf8')).toBe('hello\n');
  log.close();
});

test('a log that is full says so once and counts on', () => {
  const log = openCappedLog(file, { bytesMax: 10 });
  for (let turn = 0; turn < 5; turn += 1) log.write(Buffer.from('12345678\n'), 'stdout');
  log.close();
  const text = readFileSync(file, 'utf8');
  expect(text).toBe('12345678\n1\n[cut by the lab: this log has reached 10 bytes]\n');
  expect(log.bytesSeen()).toBe(45);
});

test('a log that is full to the byte is cut where the next one comes', () => {
  const log = openCappedLog(file, { bytesMax: 10 });
  log.write(Buffer.from('123456789\n'), 'stdout');
  expect(readFileSync(file, 'utf8')).toBe('123456789\n');
  log.write(Buffer.from('more\n'), 'stdout');
  log.write(Buffer.from('and more\n'), 'stdout');
  log.close();
  expect(readFileSync(file, 'utf8')).toBe('123456789\n\n[cut by the lab: this log has reached 10 bytes]\n');
});

test('the tail keeps the last 200 lines', () => {
  const log = openCappedLog(file);
  for (let line = 1; line <= 250; line += 1) log.write(Buffer.from(`line ${line}\n`), 'stdout');
  log.close();
  expect(log.tail()).toHaveLength(200);
  expect(log.tail()[0]).toBe('line 51');
  expect(log.tail().at(-1)).toBe('line 250');
});

test('the tail keeps at most 64 KiB', () => {
  const log = openCappedLog(file);
  for (let line = 0; line < 20; line += 1) log.write(Buffer.from(`${'x'.repeat(10_000)}\n`), 'stdout');
  log.close();
  expect(log.tail()).toHaveLength(6);
});

test('lines of both streams are told apart and the last one needs no line end', () => {
  const lines: string[] = [];
  const log = openCappedLog(file, { onLine: (line, stream) => lines.push(`${stream} ${line}`) });
  log.write(Buffer.from('out 1\nou'), 'stdout');
  log.write(Buffer.from('err 1\n'), 'stderr');
  log.write(Buffer.from('t 2'), 'stdout');
  log.close();
  expect(lines).toEqual(['stdout out 1', 'stderr err 1', 'stdout out 2']);
});

test('a log that is more than half full is put aside at the next start', () => {
  const log = openCappedLog(file, { bytesMax: 100 });
  log.write(Buffer.alloc(60, 'x'), 'stdout');
  log.close();
  openCappedLog(file, { bytesMax: 100 }).close();
  expect(readFileSync(file, 'utf8')).toBe('');
  expect(existsSync(`${file}.1`)).toBe(true);
});

test('a log continues where the former start of the part left it', () => {
  openCappedLog(file).close();
  writeFileSync(file, 'before\n');
  const log = openCappedLog(file);
  log.write(Buffer.from('after\n'), 'stdout');
  log.close();
  expect(readFileSync(file, 'utf8')).toBe('before\nafter\n');
});

test('a character cut in two by a chunk is whole again', () => {
  const splitter = createLineSplitter();
  const bytes = Buffer.from('é\n');
  expect([...splitter.push(bytes.subarray(0, 1)), ...splitter.push(bytes.subarray(1))]).toEqual(['é']);
});

test('a line without end is kept up to 16 KiB', () => {
  const splitter = createLineSplitter();
  for (let turn = 0; turn < 10; turn += 1) splitter.push(Buffer.alloc(8192, 'x'));
  expect(splitter.end()[0]).toHaveLength(16_384);
});
