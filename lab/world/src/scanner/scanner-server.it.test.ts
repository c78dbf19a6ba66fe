import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually, startTestWorld, type TestWorld, token } from '../testing/test-world.ts';
import { eicar } from './eicar.ts';
import { createScannerControl, type ScannerControl } from './scanner-control.ts';

let world: TestWorld;
let scanner: ScannerControl;
beforeEach(async () => {
  world = await startTestWorld();
  scanner = createScannerControl({ url: world.controlUrl, token, signal: new AbortController().signal });
});
afterEach(() => world[Symbol.asyncDispose]());

/** What the scanner says before it closes the connection; null when it resets it. */
async function say(pieces: readonly (string | Uint8Array)[], caller = 'worker-1'): Promise<string | null> {
  const socket = connect(world.scannerPortOf(caller), '127.0.0.1');
  let reply = '';
  let isReset = false;
  socket.setEncoding('latin1').on('data', (text: string) => {
    reply += text;
  });
  socket.on('error', () => {
    isReset = true;
  });
  for (const piece of pieces) socket.write(piece);
  // Not `once`, which rejects at the reset that is looked for.
  await new Promise((resolve) => socket.once('close', resolve));
  return isReset ? null : reply;
}

function stream(...chunks: readonly string[]): Uint8Array {
  const parts = [...chunks, ''].flatMap((text) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    return [length, Buffer.from(text, 'latin1')];
  });
  return Buffer.concat(parts);
}

test('it answers as clamd does, and ends as it was asked', async () => {
  expect(await say(['zPING\0'])).toBe('PONG\0');
  expect(await say(['nPING\n'])).toBe('PONG\n');
  expect(await say(['zVERSION\0'])).toMatch(/^ClamAV 1\./);
  expect(await say(['zNONSENSE\0'])).toBe('UNKNOWN COMMAND\0');
  expect(await say(['zINSTREAM\0', stream('a book')])).toBe('stream: OK\0');
  expect(await say(['nINSTREAM\n', stream('a book')])).toBe('stream: OK\n');
});

test('the test virus is found in two chunks of one stream, and at its end', async () => {
  const bytes = stream('x'.repeat(100_000) + eicar.slice(0, 30), eicar.slice(30));
  expect(await say(['zINSTREAM\0', bytes])).toBe('stream: Win.Test.EICAR_HDB-1 FOUND\0');
});

test('the port names the caller', async () => {
  await say(['zINSTREAM\0', stream('one')], 'worker-2');
  expect(await scanner.scans()).toMatchObject([{ caller: 'worker-2', reply: 'stream: OK' }]);
});

test('over its limit it says so while the stream goes on', async () => {
  await scanner.setBehaviours([{ kind: 'limit', bytes: 10 }]);
  const bytes = stream('x'.repeat(100), 'y'.repeat(100));
  expect(await say(['zINSTREAM\0', bytes])).toBe('INSTREAM size limit exceeded. ERROR\0');
});

test('while it is down, connections are reset', async () => {
  await scanner.setBehaviours([{ kind: 'down', times: 1 }]);
  expect(await say(['zPING\0'])).toBeNull();
  expect(await say(['zPING\0'])).toBe('PONG\0');
});

test('a verdict can be held until it is released', async () => {
  await using hold = await scanner.hold({});
  const said = say(['zINSTREAM\0', stream('a book')]);
  expect(await hold.waitFor({ count: 1, withinMs: 20_000 })).toMatchObject([{ caller: 'worker-1', bytes: 6 }]);
  expect(await hold.release()).toBe(1);
  expect(await said).toBe('stream: OK\0');
});

test('a caller that hangs up meanwhile is on the ledger as dropped', async () => {
  await scanner.setBehaviours([{ kind: 'latency', latencyMs: 60_000, jitterMs: 0 }]);
  const socket = connect(world.scannerPortOf('worker-1'), '127.0.0.1');
  socket.write('zINSTREAM\0');
  socket.write(stream('a book'));
  await eventually(async () => (await scanner.scans()).some(({ sha256 }) => sha256 !== null));
  socket.destroy();
  await eventually(async () => (await scanner.scans())[0]?.outcome === 'dropped');
});

test('a reset of the world is one of the scanner too', async () => {
  await scanner.setBehaviours([{ kind: 'down' }]);
  await world.control.reset();
  expect(await say(['zPING\0'])).toBe('PONG\0');
  expect(await scanner.scans()).toEqual([]);
});

test('without the token its door is closed', async () => {
  const answer = await fetch(`${world.controlUrl}/scanner/scans`);
  expect(answer.status).toBe(401);
});
