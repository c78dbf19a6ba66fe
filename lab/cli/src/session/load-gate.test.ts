import { expect, test } from 'vitest';
import { createLoadGate } from './load-gate.ts';

function setUp(
  alive: Map<number, string> = new Map([
    [7, 'a'],
    [8, 'b'],
  ]),
) {
  const calls: string[] = [];
  let failure: Error | null = null;
  let death: unknown = null;
  const gate = createLoadGate({
    begin: async () => {
      calls.push('begin');
      if (failure !== null) throw failure;
      return {
        points: [],
        droppedAtMs: [],
        firstAnswer: async () => true,
        failure: () => death,
        stop: async () => void calls.push('stop'),
      };
    },
    startTime: (pid) => alive.get(pid) ?? null,
  });
  return {
    gate,
    calls,
    alive,
    die: (error: unknown) => {
      death = error;
    },
    fail: (error: Error | null) => {
      failure = error;
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

test('a load that ended by itself is begun again, three times at most', async () => {
  const { gate, calls, die } = setUp();
  await gate.ensure();
  die(new Error('k6 ended'));
  for (let second = 0; second < 5; second += 1) await gate.tend();
  expect(calls.filter((call) => call === 'begin')).toHaveLength(4);
});
