import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { eicar } from './eicar.ts';
import type { ScanBehaviour } from './scan-behaviour.ts';
import { createScanner, type ScannerOptions } from './scanner.ts';

const clean = Buffer.from('a book');
const infected = Buffer.from(`before ${eicar} behind`);
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A scanner with a clock that counts, ids that count, and a random number from the middle. */
function createRig(behaviours: readonly ScanBehaviour[] = [], options: Partial<ScannerOptions> = {}) {
  let ticks = 0;
  const tick = () => {
    ticks += 1;
    return ticks;
  };
  const scanner = createScanner({ now: tick, newId: () => `id-${tick()}`, random: () => 0.5, ...options });
  scanner.setBehaviours(behaviours);
  const scan = (bytes: Uint8Array, caller = 'worker-1') => {
    const open = scanner.begin(caller);
    const early = scanner.read(open, bytes);
    const decision = early.kind === 'go-on' ? scanner.finish(open) : early;
    if (decision.kind === 'reply') scanner.sent(open, decision.text);
    return decision;
  };
  const ledger = () => scanner.ledger(0, 100).scans;
  return { scanner, scan, ledger };
}

test('it says what is in the bytes, and keeps whose they were', () => {
  const { scan, ledger } = createRig();
  expect(scan(clean)).toEqual({ kind: 'reply', text: 'stream: OK', afterMs: 0 });
  expect(scan(infected, 'worker-2')).toMatchObject({ text: 'stream: Win.Test.EICAR_HDB-1 FOUND' });
  expect(ledger()).toMatchObject([
    { scan: 1, caller: 'worker-1', sha256: hashOf(clean), bytes: 6, isInfected: false, outcome: 'answered' },
    { scan: 2, caller: 'worker-2', sha256: hashOf(infected), isInfected: true, outcome: 'answered' },
  ]);
});

test('a stream over the limit is not read on, whatever is at its end', () => {
  const { scan, ledger } = createRig([], { streamBytesMax: 10 });
  expect(scan(infected)).toMatchObject({ text: 'INSTREAM size limit exceeded. ERROR' });
  expect(ledger()).toMatchObject([{ sha256: null, outcome: 'answered' }]);
  expect(createRig([{ kind: 'limit', bytes: 5, caller: 'worker-2' }]).scan(clean)).toMatchObject({
    text: 'stream: OK',
  });
});

test('latency adds up until the first behaviour that decides', () => {
  const { scan } = createRig([
    { kind: 'latency', latencyMs: 100, jitterMs: 0 },
    { kind: 'latency', latencyMs: 20, jitterMs: 10, times: 1 },
    { kind: 'reply', text: 'stream: nonsense', caller: 'worker-1', times: 1 },
  ]);
  expect(scan(infected)).toEqual({ kind: 'reply', text: 'stream: nonsense', afterMs: 120 });
  expect(scan(clean)).toEqual({ kind: 'reply', text: 'stream: OK', afterMs: 100 });
});

test('a behaviour may speak of certain bytes only', () => {
  const { scan, ledger } = createRig([{ kind: 'silent', sha256: hashOf(clean) }]);
  expect(scan(clean)).toEqual({ kind: 'wait' });
  expect(scan(infected)).toMatchObject({ kind: 'reply' });
  expect(ledger().map(({ outcome }) => outcome)).toEqual(['silent', 'answered']);
});

test('while it is down, connections are reset', () => {
  const { scanner } = createRig([{ kind: 'down', times: 2 }]);
  expect(['a', 'b', 'c'].map(scanner.accept)).toEqual([false, false, true]);
});

test('a cut ends a stream in the middle, without a word', () => {
  const { scan, ledger } = createRig([{ kind: 'cut', bytes: 3 }]);
  expect(scan(clean)).toEqual({ kind: 'reset' });
  expect(ledger()).toMatchObject([{ outcome: 'cut', reply: null }]);
});

test('a held verdict is the true one when it is released', () => {
  const { scanner, scan } = createRig();
  const hold = scanner.hold({ caller: 'worker-1', times: 1 });
  expect(scan(infected)).toEqual({ kind: 'wait' });
  expect(scan(clean)).toMatchObject({ text: 'stream: OK' });
  expect(scanner.waiting(hold)).toMatchObject([{ scan: 1, sha256: hashOf(infected) }]);
  expect(scanner.release(hold)).toMatchObject([{ decision: { text: expect.stringContaining('FOUND') } }]);
  expect(scanner.release(hold)).toEqual([]);
  expect(scanner.waiting(hold)).toBeNull();
});

test('a caller that hangs up is dropped, and not answered', () => {
  const { scanner, ledger } = createRig();
  const hold = scanner.hold({});
  const open = scanner.begin('worker-1');
  scanner.finish(open);
  scanner.drop(open);
  expect(scanner.release(hold)).toEqual([]);
  expect(ledger()).toMatchObject([{ outcome: 'dropped' }]);
});

test('a reset forgets all but the count', () => {
  const { scanner, scan, ledger } = createRig([{ kind: 'down' }]);
  scan(clean);
  const open = scanner.begin('worker-1');
  expect(scanner.reset()).toEqual([open]);
  expect(scanner.accept('worker-1')).toBe(true);
  scan(clean);
  expect(ledger()).toMatchObject([{ scan: 3 }]);
});
