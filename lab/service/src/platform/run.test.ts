import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import { recordingLog } from '../testing/recording-log.ts';
import { runUntilSignalled } from './run.ts';

function setUp(stop: () => Promise<unknown>, stopLimitMs = 10_000) {
  const exit = vi.fn();
  const signals = new EventEmitter();
  const process = Object.assign(signals, { exit }) as unknown as NodeJS.Process;
  const started = runUntilSignalled(process, recordingLog([]), async () => ({ stop }), { stopLimitMs });
  return { exit, started, signal: (name: string) => signals.emit(name, name) };
}

test.each([
  ['0 when everything in hand was finished', true, 0],
  ['0 when the program does not say', undefined, 0],
  ['1 when something was cut off', false, 1],
])('the exit code is %s', async (_name, finished, code) => {
  const { exit, started, signal } = setUp(async () => finished);
  await started;
  signal('SIGTERM');
  await expect.poll(() => exit.mock.calls).toEqual([[code]]);
});

test('a program that does not stop in time ends with 1', async () => {
  const { exit, started, signal } = setUp(() => new Promise(() => {}), 20);
  await started;
  signal('SIGTERM');
  await expect.poll(() => exit.mock.calls).toEqual([[1]]);
});

test('a second signal ends the program at once', async () => {
  const { exit, started, signal } = setUp(() => new Promise(() => {}));
  await started;
  signal('SIGTERM');
  expect(exit).not.toHaveBeenCalled();
  signal('SIGINT');
  expect(exit).toHaveBeenCalledWith(1);
});
