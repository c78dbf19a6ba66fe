import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { fakeGround } from '../testing/fake-ground.ts';
import { startDutyCycle } from './duty-cycle.ts';

function ground(calls: string[], pause: () => Promise<void> = async () => undefined) {
  return {
    ...fakeGround(),
    pauseReplica: async () => {
      calls.push('pause');
      await pause();
    },
    resumeReplica: async () => void calls.push('resume'),
  };
}

const cycle = { replica: 'api-1', blockedMs: 1, freeMs: 1 } as const;

test('the end leaves the replica running, and twice is harmless', async () => {
  const calls: string[] = [];
  const stop = startDutyCycle(ground(calls), cycle, new AbortController().signal);
  await expect.poll(() => calls.length).toBeGreaterThan(4);
  await stop();
  const { length } = calls;
  await stop();
  expect(calls.at(-1)).toBe('resume');
  await sleep(10);
  expect(calls.slice(length)).toEqual(['resume']);
});

test('the end of the session ends it, in the middle of a stop too', async () => {
  const calls: string[] = [];
  const session = new AbortController();
  startDutyCycle(ground(calls), { ...cycle, blockedMs: 60_000 }, session.signal);
  await expect.poll(() => calls).toEqual(['pause']);
  session.abort();
  await expect.poll(() => calls).toEqual(['pause', 'resume']);
});

test('a replica that is being replaced is tried again in the next turn', async () => {
  const calls: string[] = [];
  const gone = () => Promise.reject(new Error('api-1 is not running.'));
  const stop = startDutyCycle(ground(calls, gone), cycle, new AbortController().signal);
  await expect.poll(() => calls.filter((call) => call === 'pause').length).toBeGreaterThan(2);
  await stop();
});
