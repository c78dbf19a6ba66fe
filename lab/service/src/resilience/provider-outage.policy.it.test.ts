import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { pileUpOrders } from '../testing/order-pile.ts';
import { startTestProvider, type TestProvider } from '../testing/test-provider.ts';
import { startTestService, type TestService } from '../testing/test-service.ts';
import { startTestWorker, type TestWorker } from '../testing/test-worker.ts';

let service: TestService;
let provider: TestProvider;
let worker: TestWorker | undefined;
let tenantId: string;

beforeAll(async () => {
  service = await startTestService();
  tenantId = (await service.createTenant({ books: 1 })).id;
});
afterAll(() => service?.[Symbol.asyncDispose]());
beforeEach(async () => {
  provider = await startTestProvider();
});
afterEach(async () => {
  await worker?.[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
  await service.database.query('UPDATE outbox_events SET published_at = now() WHERE published_at IS NULL');
});

async function work(environment: Readonly<Record<string, string>>): Promise<void> {
  worker = await startTestWorker({ database: service.database, provider, environment });
}

const pileUp = (count: number) => pileUpOrders(service.database, { tenantId, count });
const charges = () => provider.calls.filter(({ method }) => method === 'POST');
const AWAY = { kind: 'refuse', status: 503 } as const;

test('a provider that fails wholly gets 1.2 calls for each order at most, before a breaker opens', async () => {
  provider.behave([], AWAY);
  // No breaker would open: what holds retries back is the budget.
  await work({
    PAYMENT_BREAKER_VOLUME: '100000',
    BACKOFF_BASE_MS: '1000',
    BACKOFF_CAP_MS: '1000',
    JOB_ATTEMPTS_MAX: '100',
  });
  const ids: string[] = [];
  for (let second = 0; second < 4; second += 1) {
    ids.push(...(await pileUp(200)));
    await sleep(1_000);
  }
  const attempted = () => new Set(charges().map(({ reference }) => reference)).size;
  // Those of the first seconds would be tried again by now, several times.
  expect(provider.calls.length / attempted(), 'calls for each order').toBeLessThanOrEqual(1.2);
  await expect.poll(attempted, { timeout: 20_000, message: 'orders that were tried once' }).toBe(ids.length);
  await sleep(2_000);
  expect(provider.calls.length / ids.length, 'calls for each order').toBeLessThanOrEqual(1.2);
});

test('a call that is given up is cancelled at the provider, within a second of its time-out', async () => {
  const timeoutMs = 1_000;
  await work({ PAYMENT_TIMEOUT_MS: String(timeoutMs), JOB_ATTEMPTS_MAX: '1' });
  const late: number[] = [];
  for (let call = 0; call < 3; call += 1) {
    provider.behave([{ kind: 'hang' }]);
    const before = charges().length;
    await pileUp(1);
    await expect.poll(() => charges().length, { timeout: 20_000, interval: 5 }).toBe(before + 1);
    await expect.poll(() => provider.waiting(), { timeout: 20_000, interval: 5 }).toBe(0);
    late.push(performance.now() - (charges().at(-1)?.atMs ?? 0) - timeoutMs);
  }
  // The best: a moment in which the machine stands still says nothing about the call.
  expect(Math.min(...late), 'ms from the time-out until the provider has nobody waiting').toBeLessThan(1_000);
  expect(Math.min(...late), 'ms from the time-out until the provider has nobody waiting').toBeGreaterThan(-100);
});
