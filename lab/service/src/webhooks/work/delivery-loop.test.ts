import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import type { Claim, ClaimNext } from './claim-deliveries.ts';
import { startDeliveryLoop } from './delivery-loop.ts';

const claim = (id: string): Claim => {
  return { tenantId: 't', id, endpointId: 'e', eventId: 'v', requestId: 'r', starts: 1, attempts: 0 };
};

/** Gives out what is queued, and ends work only when it is told, or interrupted. */
function setUp({ queued = [] as string[], concurrency = 2 } = {}) {
  const [begun, interrupted] = [new Map<string, () => void>(), new Set<string>()];
  const claimNext = vi.fn<ClaimNext>(async (limit) => {
    const claims = queued.splice(0, limit).map(claim);
    return claims.length === 0 ? undefined : claims;
  });
  const perform = async ({ id }: Claim, signal: AbortSignal) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    begun.set(id, resolve);
    const interrupt = () => {
      interrupted.add(id);
      resolve();
    };
    signal.addEventListener('abort', interrupt);
    await promise;
    signal.removeEventListener('abort', interrupt);
  };
  const state = { works: vi.fn(), fails: vi.fn() };
  const loop = startDeliveryLoop({ claimNext, perform, concurrency, pollMs: 1, state });
  return { loop, queued, begun, interrupted, claimNext, state, end: (id: string) => begun.get(id)?.() };
}

test('it takes no more than it has places for, and the next when one is free', async () => {
  const { loop, begun, end } = setUp({ queued: ['a', 'b', 'c'] });
  await expect.poll(() => [...begun.keys()]).toEqual(['a', 'b']);
  await nextTurn();
  expect([...begun.keys()]).toEqual(['a', 'b']);
  end('b');
  await expect.poll(() => [...begun.keys()]).toEqual(['a', 'b', 'c']);
  await loop.stop(0);
});

test('while nothing is due it looks again and again, and finds what comes later', async () => {
  const { loop, begun, queued, claimNext } = setUp();
  await expect.poll(() => claimNext.mock.calls.length).toBeGreaterThan(2);
  queued.push('late');
  await expect.poll(() => [...begun.keys()]).toEqual(['late']);
  await loop.stop(0);
});

test('an error is told, and it goes on', async () => {
  const { loop, begun, queued, claimNext, state } = setUp();
  const away = new Error('The database is away.');
  claimNext.mockRejectedValueOnce(away);
  queued.push('a');
  await expect.poll(() => [...begun.keys()]).toEqual(['a']);
  expect(state.fails).toHaveBeenCalledExactlyOnceWith(away);
  await loop.stop(0);
});

test('told to stop, it lets what is in hand finish and takes nothing more', async () => {
  const { loop, begun, interrupted, queued, end } = setUp({ queued: ['a'] });
  await expect.poll(() => begun.size).toBe(1);
  const stopped = loop.stop(60_000);
  queued.push('b');
  end('a');
  await stopped;
  expect([...begun.keys()]).toEqual(['a']);
  expect(interrupted.size).toBe(0);
});

test('what does not finish in time is interrupted', async () => {
  const { loop, begun, interrupted } = setUp({ queued: ['a', 'b'] });
  await expect.poll(() => begun.size).toBe(2);
  await loop.stop(1);
  expect([...interrupted]).toEqual(['a', 'b']);
});
