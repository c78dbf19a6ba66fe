import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestScanner, type TestScanner } from '../testing/test-scanner.ts';
import { createScanner, ScanBrokenError } from './scanner.ts';

let clamd: TestScanner;
beforeEach(async () => {
  clamd = await startTestScanner();
});
afterEach(() => clamd[Symbol.asyncDispose]());

async function scan(chunks: readonly string[], timeoutMs = 500) {
  const scanner = createScanner({ host: '127.0.0.1', port: clamd.port, timeoutMs });
  await scanner.ping();
  using open = await scanner.open();
  for (const chunk of chunks) await open.write(Buffer.from(chunk));
  return await open.verdict();
}

test('the verdict is about the bytes that were written', async () => {
  expect(await scan(['a ', 'book'])).toEqual({ kind: 'clean' });
  expect(await scan(['a VIR', 'US'])).toEqual({ kind: 'infected', signature: 'Test.Virus' });
  expect(clamd.hashes()).toEqual(['a book', 'a VIRUS'].map((text) => createHash('sha256').update(text).digest('hex')));
});

test('a reply in the middle of the stream is the verdict', async () => {
  clamd.behave({ kind: 'limit', bytes: 100_000 });
  expect(await scan(Array.from({ length: 200 }, () => 'x'.repeat(64 * 1024)))).toEqual({ kind: 'over-limit' });
});

test.each(['', 'PONG', 'stream: OK and more'])('the reply %j is no verdict', async (text) => {
  clamd.behave({ kind: 'reply', text });
  expect(await scan(['a book'])).toMatchObject({ kind: 'none' });
});

test('a scanner that says nothing is given up', async () => {
  clamd.behave({ kind: 'silent' });
  await expect(scan(['a book'], 100)).rejects.toThrow('The scanner was silent for 100 ms.');
});

test('a scanner that stops reading is waited for, and given up: nothing piles up', async () => {
  clamd.behave({ kind: 'stuck' });
  using open = await createScanner({ host: '127.0.0.1', port: clamd.port, timeoutMs: 200 }).open();
  const chunk = Buffer.alloc(64 * 1024);
  const writing = (async () => {
    for (let count = 0; count < 1_000; count += 1) await open.write(chunk);
  })();
  await expect(writing).rejects.toThrow('silent');
});

test('a scanner that hangs up is no verdict', async () => {
  clamd.behave({ kind: 'hang-up' });
  await expect(scan(['a book'])).rejects.toThrow(ScanBrokenError);
});

test('a scanner that is not there is told from one that is', async () => {
  const { port } = clamd;
  await clamd[Symbol.asyncDispose]();
  await expect(createScanner({ host: '127.0.0.1', port, timeoutMs: 500 }).ping()).rejects.toThrow('cannot be reached');
});

test('a scan that is given up closes its connection', async () => {
  const scanner = createScanner({ host: '127.0.0.1', port: clamd.port, timeoutMs: 500 });
  {
    using open = await scanner.open();
    await open.write(Buffer.from('a book'));
  }
  await expect.poll(() => clamd.connections()).toBe(0);
});
