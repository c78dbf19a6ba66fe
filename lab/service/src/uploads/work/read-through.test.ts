import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { type Scanner, ScannerError } from '../scan/scanner.ts';
import { createReadThrough } from './read-through.ts';

const { signal } = new AbortController();

function scannerThat(write: (chunk: Uint8Array) => Promise<void>): Scanner {
  return {
    ping: async () => {},
    open: async () => ({ write, verdict: async () => ({ kind: 'clean' }), [Symbol.dispose]: () => {} }),
  };
}

test('the scanner and the hash see the same bytes, and the head is their beginning', async () => {
  const content = randomBytes(200_000);
  const seen: Uint8Array[] = [];
  const scanner = scannerThat(async (chunk) => void seen.push(chunk));
  const read = createReadThrough({ scanner, silenceMs: 1_000 });
  const reading = await read(Readable.from([content.subarray(0, 3_000), content.subarray(3_000)]), {
    file: undefined,
    signal,
  });
  expect(reading).toMatchObject({
    verdict: { kind: 'clean' },
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    isWholeMp4: false,
  });
  expect(Buffer.concat(seen).equals(content)).toBe(true);
  expect(Buffer.from(reading.head).equals(content.subarray(0, 4_100))).toBe(true);
});

test('a slow scanner sets the pace: the body is not read ahead', async () => {
  let pulled = 0;
  const body = new Readable({
    highWaterMark: 64 * 1024,
    read() {
      pulled += 1;
      this.push(pulled > 100 ? null : Buffer.alloc(64 * 1024));
    },
  });
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  let written = 0;
  const scanner = scannerThat(async () => {
    written += 1;
    if (written === 3) await gate;
  });
  const reading = createReadThrough({ scanner, silenceMs: 5_000 })(body, { file: undefined, signal });
  await expect.poll(() => written).toBe(3);
  expect(pulled).toBeLessThan(10);
  open();
  expect((await reading).bytes).toBe(100 * 64 * 1024);
});

test('a store that falls silent in the middle of a body is an outage, and the body is let go', async () => {
  const body = new PassThrough();
  body.write('some bytes');
  const closed = once(body, 'close');
  const reading = createReadThrough({ scanner: scannerThat(async () => {}), silenceMs: 30 })(body, {
    file: undefined,
    signal,
  });
  await expect(reading).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  await closed;
});

test('a scanner that is not there lets the body go', async () => {
  const body = new PassThrough();
  const closed = once(body, 'close');
  const open = async () => {
    throw new ScannerError('away');
  };
  const read = createReadThrough({ scanner: { ping: async () => {}, open }, silenceMs: 1_000 });
  await expect(read(body, { file: undefined, signal })).rejects.toThrow(ScannerError);
  await closed;
});
