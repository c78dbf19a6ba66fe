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
const AWAY = { kind: 'refuse', status: 503 } as const;

test('five seconds after an outage of five seconds the goodput is back, and nobody has helped', async () => {
  await work({ PAYMENT_BREAKER_VOLUME: '10', JOB_ATTEMPTS_MAX: '100', BACKOFF_BASE_MS: '200', BACKOFF_CAP_MS: '1000' });
  const stopping = new AbortController();
  let placed = 0;
  const loading = (async () => {
    while (!stopping.signal.aborted) {
      placed += (await pileUp(5)).length;
      await sleep(250);
    }
  })();
  // Charges, not calls: what is done, not what is tried.
  const paid = async () =>
    (await service.database.query('SELECT 1 FROM payments WHERE tenant_id = $1', [tenantId])).length;
  /** Of what is asked for meanwhile, so that a slow machine is not taken for a slow service. */
  const goodput = async () => {
    const before = { paid: await paid(), placed };
    await sleep(1_600);
    return ((await paid()) - before.paid) / (placed - before.placed);
  };
  await expect.poll(paid).toBeGreaterThan(5);
  const undisturbed = await goodput();
  provider.behave([], AWAY);
  await sleep(3_400);
  const during = await goodput();
  provider.behave([]);
  const after = [await goodput(), await goodput(), await goodput()];
  stopping.abort();
  await loading;
  expect(undisturbed, 'of the orders were charged before').toBeGreaterThan(0.5);
  expect(during, 'of the orders were charged in the outage').toBeLessThan(0.2);
  const share = Math.max(...after) / Math.min(1, undisturbed);
  expect(share, `of the goodput is back; shares of what was asked for: ${after}`).toBeGreaterThanOrEqual(0.95);
});
