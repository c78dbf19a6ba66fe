import { expect, test, vi } from 'vitest';
import type { Delivery } from '../jobs/job.ts';
import { withinBudget } from './within-budget.ts';

const CHARGED = { kind: 'ended', outcome: 'charged' } as const;
const attempt = (number: number) => ({ attempt: number }) as Delivery;

function setUp(mayRetry?: () => boolean) {
  const perform = vi.fn(async () => CHARGED);
  const run = <T>(call: () => Promise<T>) => call();
  const calls = mayRetry ? { run, mayRetry } : { run };
  const backoff = { baseMs: 2_000, capMs: 60_000 };
  return { perform, within: withinBudget({ perform, calls, backoff, random: () => 0.5 }) };
}

test('a first attempt is made although too much fails', async () => {
  expect(await setUp(() => false).within(attempt(1))).toBe(CHARGED);
});

test('a retry waits while too much fails, and that is no attempt', async () => {
  const { perform, within } = setUp(() => false);
  expect(await within(attempt(2))).toMatchObject({ kind: 'again', inMs: 2_000, counted: false });
  expect(perform).not.toHaveBeenCalled();
});

test('a retry is made while the budget allows, and where there is none', async () => {
  expect(await setUp(() => true).within(attempt(2))).toBe(CHARGED);
  expect(await setUp().within(attempt(2))).toBe(CHARGED);
});
