import { once } from 'node:events';
import { expect, test } from 'vitest';
import { withDeadline } from './deadline.ts';

const untilAborted = async (signal: AbortSignal) => {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
};

test('work that is done in time is not disturbed, and leaves no timer', async () => {
  let given: AbortSignal | undefined;
  const result = await withDeadline(5, undefined, async (signal) => {
    given = signal;
    return 'done';
  });
  expect(result).toBe('done');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(given?.aborted).toBe(false);
});

test('at the limit the work is told to end', async () => {
  await expect(withDeadline(5, undefined, untilAborted)).rejects.toMatchObject({ code: 'TIMED_OUT', status: 503 });
});

test('it ends earlier with what it lives under, for that reason', async () => {
  const reason = new Error('gone');
  await expect(withDeadline(60_000, AbortSignal.abort(reason), untilAborted)).rejects.toBe(reason);
});
