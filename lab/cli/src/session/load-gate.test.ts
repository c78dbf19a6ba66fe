import { describe, expect, test } from 'vitest';
import { createLoadGate } from './load-gate.ts';

function setUp(
  alive: Map<number, string> = new Map([
    [7, 'a'],
    [8, 'b'],
  ]),
) {
  const calls: string[] = [];
  let failure: Error | null = null;
  let delayed: Promise<void> | null = null;
  let nowMs = 0;
  // Each load dies a death of its own.
  let last: { death: unknown } = { death: null };
  const gate = createLoadGate({
    begin: async () => {
      calls.push('begin');
      await delayed;
      if (failure !== null) throw failure;
      const own: { death: unknown } = { death: null };
      last = own;
      return {
        points: [],
        droppedAtMs: [],
        firstAnswer: async () => true,
        failure: () => own.death,
        stop: async () => void calls.push('stop'),
      };
    },
    startTime: (pid) => alive.get(pid) ?? null,
    nowMs: () => nowMs,
  });
  return {
    gate,
    calls,
    alive,
    die: (error: unknown) => {
      last.death = error;
    },
    fail: (error: Error | null) => {
      failure = error;
    },
    /** Beginning takes until the returned function is called. */
    stall: (): (() => void) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      delayed = promise;
      return resolve;
    },
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

test('begins once, however often it is asked', async () => {
  const { gate, calls } = setUp();
  await Promise.all([gate.ensure(), gate.ensure()]);
  expect(calls).toEqual(['begin']);
});

test('a pause stops the load and a resume begins it again', async () => {
  const { gate, calls } = setUp();
  await gate.ensure();
  await gate.pause(7);
  expect(gate.isPaused()).toBe(true);
  await gate.resume(7);
  expect(calls).toEqual(['begin', 'stop', 'begin']);
});

test('two holders must both resume', async () => {
  const { gate } = setUp();
  await gate.ensure();
  await gate.pause(7);
  await gate.pause(8);
  await gate.resume(7);
  expect(gate.isRunning()).toBe(false);
  await gate.resume(8);
  expect(gate.isRunning()).toBe(true);
});

test('a holder that died holds nothing', async () => {
  const { gate, alive } = setUp();
  await gate.ensure();
  await gate.pause(7);
  alive.set(7, 'another process with this pid');
  await gate.tend();
  expect(gate.isRunning()).toBe(true);
});

test('a process that is not there cannot pause', async () => {
  const { gate } = setUp();
  await gate.ensure();
  await gate.pause(99);
  expect(gate.isRunning()).toBe(true);
});

test('a load that does not begin is tried again only when asked', async () => {
  const { gate, calls, fail } = setUp();
  fail(new Error('no answer'));
  await expect(gate.ensure()).rejects.toThrow('no answer');
  await gate.tend();
  expect(calls).toEqual(['begin']);
  fail(null);
  await gate.ensure();
  expect(gate.isRunning()).toBe(true);
});

test('the end stops the load, also twice', async () => {
  const { gate, calls } = setUp();
  await gate.ensure();
  await gate[Symbol.asyncDispose]();
  await gate[Symbol.asyncDispose]();
  expect(calls).toEqual(['begin', 'stop']);
});

test('a load that ended by itself is begun again, three times at most, and anew when asked', async () => {
  const { gate, calls, die } = setUp();
  await gate.ensure();
  for (let second = 0; second < 5; second += 1) {
    die(new Error('k6 ended'));
    await gate.tend();
  }
  expect(calls.filter((call) => call === 'begin')).toHaveLength(4);
  expect(gate.trouble()).toEqual({ causes: [new Error('k6 ended')], isTriedAgain: false });
  await gate.ensure();
  expect(gate.trouble()).toBeNull();
  die(new Error('k6 ended'));
  await gate.tend();
  expect(calls.filter((call) => call === 'begin')).toHaveLength(6);
});

describe('a load that ended by itself', () => {
  const death = new Error('echo was killed');

  test('is told from that moment on, also while the next one is long in coming', async () => {
    const { gate, calls, die, stall } = setUp();
    await gate.ensure();
    expect(gate.trouble()).toBeNull();
    const goOn = stall();
    die(death);
    expect(gate.trouble()).toEqual({ causes: [death], isTriedAgain: true });
    const tended = [gate.tend(), gate.tend(), gate.tend()];
    await new Promise((resolve) => setImmediate(resolve));
    expect(gate.trouble()).toEqual({ causes: [death], isTriedAgain: true });
    goOn();
    await Promise.all(tended);
    expect(gate.trouble()).toBeNull();
    // Once, however often it was looked after meanwhile.
    expect(calls).toEqual(['begin', 'stop', 'begin']);
  });

  test('and cannot be begun again is told with both reasons, and tried until it stands', async () => {
    const { gate, calls, die, fail, pass } = setUp();
    await gate.ensure();
    die(death);
    const refusal = new Error('no answer');
    fail(refusal);
    await expect(gate.tend()).rejects.toThrow('no answer');
    await gate.tend();
    expect(calls).toEqual(['begin', 'stop', 'begin']);
    expect(gate.trouble()).toEqual({ causes: [death, refusal], isTriedAgain: true });
    pass(5_000);
    fail(null);
    await gate.tend();
    expect(gate.isRunning()).toBe(true);
    expect(gate.trouble()).toBeNull();
  });

  test('is missed by nobody while a grade has the machine', async () => {
    const { gate, die } = setUp();
    await gate.ensure();
    await gate.pause(7);
    die(death);
    await gate.tend();
    expect(gate.trouble()).toBeNull();
    expect(gate.isRunning()).toBe(false);
  });
});

test('a load that a grade gave back and that did not begin is tried again', async () => {
  const { gate, fail, pass } = setUp();
  await gate.ensure();
  await gate.pause(7);
  fail(new Error('no answer'));
  await expect(gate.resume(7)).rejects.toThrow('no answer');
  expect(gate.trouble()).toEqual({ causes: [new Error('no answer')], isTriedAgain: true });
  fail(null);
  pass(5_000);
  await gate.tend();
  expect(gate.trouble()).toBeNull();
  expect(gate.isRunning()).toBe(true);
});
