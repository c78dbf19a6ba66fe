import { LabError } from '@lab/sdk';
import { expect, test } from 'vitest';
import { waitUntil, withLimit } from './wait-until.ts';

test('waiting ends when the answer is true', async () => {
  let asked = 0;
  await waitUntil(() => ++asked === 3, { what: 'three', withinMs: 1000, everyMs: 1 });
  expect(asked).toBe(3);
});

test('waiting says what it waited for', async () => {
  const waiting = waitUntil(() => false, { what: 'redis to answer', withinMs: 5, everyMs: 1 });
  await expect(waiting).rejects.toThrow(new LabError('E_NOT_READY', { message: 'Waited 5 ms for redis to answer.' }));
});

test('an aborted signal ends the wait with its reason', async () => {
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(waitUntil(() => false, { what: 'x', withinMs: 1000, signal })).rejects.toThrow('stopped');
});

test('a promise that never settles is cut at its limit', async () => {
  const never = new Promise<void>(() => {});
  await expect(withLimit(never, { what: 'toxiproxy, reset', withinMs: 5 })).rejects.toMatchObject({
    code: 'E_NO_ANSWER',
  });
});

test('a promise in time gives its result', async () => {
  await expect(withLimit(Promise.resolve(7), { what: 'x', withinMs: 1000 })).resolves.toBe(7);
});

test('a limit gives up at once when the signal is aborted', async () => {
  const never = new Promise<void>(() => {});
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(withLimit(never, { what: 'x', withinMs: 10_000, signal })).rejects.toThrow('stopped');
});
