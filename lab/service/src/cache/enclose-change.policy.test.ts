import { expect, test, vi } from 'vitest';
import { UncertainCommitError } from '../platform/database-errors.ts';
import { ProblemError } from '../platform/problem.ts';
import { createEncloseChange } from './enclose-change.ts';
import type { TaggedCache } from './tagged-cache.ts';

const context = { tenantId: 'tenant', requestId: 'request', usage: { queries: 0 } };
const away = () => Promise.reject(new Error('connection refused'));

interface SetUp {
  readonly block?: () => Promise<string>;
  readonly unblock?: () => Promise<boolean>;
  readonly clear?: () => Promise<void>;
  readonly change?: () => Promise<string>;
}

function setUp({
  block = async () => 'writer',
  unblock = async () => true,
  clear = async () => {},
  change = async () => 'done',
}: SetUp = {}) {
  const steps: string[] = [];
  const traced =
    <T>(name: string, run: () => Promise<T>) =>
    () => {
      steps.push(name);
      return run();
    };
  const log = { debug() {}, info() {}, warn: vi.fn(), error() {}, fatal() {} };
  const enclose = createEncloseChange({
    cache: { block: traced('block', block), unblock: traced('unblock', unblock) } as unknown as TaggedCache,
    shared: { clear: traced('clear', clear) },
    log,
  });
  return { steps, log, run: () => enclose(context, ['books'], traced('change', change)) };
}

test('the shared cache is cleared inside the block and before the change', async () => {
  const { steps, run } = setUp();
  expect(await run()).toBe('done');
  expect(steps).toEqual(['block', 'clear', 'change', 'unblock']);
});

test('nothing is changed when the tags cannot be blocked', async () => {
  const { steps, run } = setUp({ block: away });
  await expect(run()).rejects.toMatchObject({ code: 'CACHE_UNAVAILABLE', status: 503, retryAfterSeconds: 1 });
  expect(steps).toEqual(['block']);
});

test('nothing is changed when the shared cache cannot be cleared', async () => {
  const { steps, run } = setUp({ clear: away });
  await expect(run()).rejects.toMatchObject({ code: 'CACHE_UNAVAILABLE' });
  expect(steps).toEqual(['block', 'clear', 'unblock']);
});

test('a change that was refused is unblocked, and its reason passed on', async () => {
  const { steps, run } = setUp({ change: () => Promise.reject(new ProblemError('VERSION_CONFLICT')) });
  await expect(run()).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
  expect(steps).toEqual(['block', 'clear', 'change', 'unblock']);
});

test.each([new UncertainCommitError(), new ProblemError('OUTCOME_UNKNOWN')])(
  'after %o the block stays until it lapses',
  async (error) => {
    const { steps, run } = setUp({ change: () => Promise.reject(error) });
    await expect(run()).rejects.toBe(error);
    expect(steps).toEqual(['block', 'clear', 'change']);
  },
);

test('a block that was lost meanwhile costs a second clearing', async () => {
  const { steps, run } = setUp({ unblock: async () => false });
  expect(await run()).toBe('done');
  expect(steps).toEqual(['block', 'clear', 'change', 'unblock', 'clear']);
});

test('an unblock that fails once is repeated', async () => {
  const unblock = vi.fn(async () => true).mockRejectedValueOnce(new Error('connection lost'));
  const { steps, run } = setUp({ unblock });
  expect(await run()).toBe('done');
  expect(steps).toEqual(['block', 'clear', 'change', 'unblock', 'unblock']);
});

test('a change after which the store cannot be asked is no success', async () => {
  const { run } = setUp({ unblock: away });
  await expect(run()).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', status: 503, retryAfterSeconds: 1 });
});

test('a lost block and a shared cache that is away are no success', async () => {
  const clear = vi.fn(async () => {});
  const { run } = setUp({ unblock: async () => false, clear: () => (clear.mock.calls.length > 0 ? away() : clear()) });
  await expect(run()).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
});

test('a refused change whose block cannot be lifted is still refused for its own reason', async () => {
  const refused = () => Promise.reject(new ProblemError('NOT_FOUND'));
  const { log, run } = setUp({ change: refused, unblock: away });
  await expect(run()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(log.warn).toHaveBeenCalledOnce();
});
