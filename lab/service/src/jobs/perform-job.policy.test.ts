import { expect, test, vi } from 'vitest';
import type { NewDeadLetter } from '../dead-letters/insert-dead-letter.ts';
import { CallError } from '../platform/call-error.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Delivery, JobOutcome } from './job.ts';
import { createPerformJob } from './perform-job.ts';

const first: Delivery = {
  eventId: 'event',
  tenantId: 'tenant',
  kind: 'order.placed',
  payload: { orderId: 'order', requestId: 'request', redriven: false },
  attempt: 1,
  starts: 1,
  crashes: 0,
};
const refused = (status: number, retryAfterMs?: number) => new CallError(`refused ${status}`, { status, retryAfterMs });
const databaseAway = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });

function setUp(result: JobOutcome | Error, bury: () => Promise<boolean> = async () => true) {
  const effect = vi.fn(async () => {
    if (result instanceof Error) throw result;
    return result;
  });
  const buried = vi.fn((_context: TenantContext, _letter: NewDeadLetter) => bury());
  const backoff = { baseMs: 100, capMs: 1_000 };
  const perform = createPerformJob({ effect, bury: buried, attemptsMax: 4, crashesMax: 3, backoff, random: () => 0.5 });
  return { effect, buried, perform: (changes: Partial<Delivery> = {}) => perform({ ...first, ...changes }) };
}

test('an effect that succeeds ends the job', async () => {
  const { perform, effect, buried } = setUp('charged');
  expect(await perform()).toEqual({ kind: 'ended', outcome: 'charged' });
  expect(effect).toHaveBeenCalledWith(expect.objectContaining({ tenantId: 'tenant', requestId: 'request' }), first);
  expect(buried).not.toHaveBeenCalled();
});

test('a failure that may pass is tried again, later each time', async () => {
  const { perform, buried } = setUp(refused(503));
  for (const [attempt, inMs] of [
    [1, 100],
    [2, 200],
    [3, 400],
  ] as const) {
    expect(await perform({ attempt })).toMatchObject({ kind: 'again', inMs, counted: true });
  }
  expect(buried).not.toHaveBeenCalled();
});

test('the last attempt is the last', async () => {
  const { perform, buried } = setUp(refused(503));
  expect(await perform({ attempt: 4, starts: 9 })).toMatchObject({ kind: 'ended', outcome: 'dead' });
  expect(buried).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ tenantId: 'tenant' }), {
    id: 'event',
    kind: 'order.placed',
    orderId: 'order',
    reason: 'exhausted',
    attempts: 4,
    lastError: 'refused 503',
    requestId: 'request',
  });
});

test('a permanent refusal is not tried again', async () => {
  const { perform, buried } = setUp(refused(410));
  expect(await perform()).toMatchObject({ kind: 'ended', outcome: 'dead' });
  expect(buried.mock.calls[0]?.[1]).toMatchObject({ reason: 'refused', attempts: 1 });
});

test('Retry-After is never undercut, and not followed for longer than an hour', async () => {
  const pause = async (retryAfterMs: number, attempt = 1) =>
    await setUp(refused(429, retryAfterMs)).perform({ attempt });
  expect(await pause(5_000)).toMatchObject({ inMs: 5_250 });
  expect(await pause(7_200_000)).toMatchObject({ inMs: 3_600_250 });
  expect(await pause(0, 3)).toMatchObject({ inMs: 400 });
});

test('an outage of our own does not count, not even at the last attempt', async () => {
  const { perform, buried } = setUp(databaseAway);
  expect(await perform({ attempt: 4 })).toMatchObject({ kind: 'again', counted: false, error: databaseAway });
  expect(buried).not.toHaveBeenCalled();
});

test('a job whose dead letter cannot be written stays', async () => {
  const { perform } = setUp(refused(400), () => Promise.reject(databaseAway));
  expect(await perform()).toMatchObject({ kind: 'again', counted: false, error: databaseAway });
});

test('there is no dead letter for an order that was settled meanwhile', async () => {
  const { perform } = setUp(refused(503), async () => false);
  expect(await perform({ attempt: 4 })).toMatchObject({ kind: 'ended', outcome: 'settled' });
});

test('a job that three workers died of is given up without another attempt; two are not enough', async () => {
  const { perform, effect, buried } = setUp('charged');
  expect(await perform({ crashes: 2, starts: 3 })).toMatchObject({ outcome: 'charged' });
  effect.mockClear();
  expect(await perform({ crashes: 3, starts: 4 })).toMatchObject({ kind: 'ended', outcome: 'dead' });
  expect(effect).not.toHaveBeenCalled();
  expect(buried.mock.calls[0]?.[1]).toMatchObject({ reason: 'crashed', attempts: 3 });
});

test('the text of an error is kept within bounds', async () => {
  const { perform, buried } = setUp(new CallError('x'.repeat(10_000), { status: 400 }));
  await perform();
  expect(buried.mock.calls[0]?.[1].lastError).toHaveLength(500);
});
