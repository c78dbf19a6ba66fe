import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { pileUpOrders } from '../testing/order-pile.ts';
import { startTestProvider, type TestProvider } from '../testing/test-provider.ts';
import { startTestService, type TestService } from '../testing/test-service.ts';
import { openTestShop } from '../testing/test-shop.ts';
import { startTestWorker, type TestWorker } from '../testing/test-worker.ts';

let service: TestService;
let provider: TestProvider;
let workers: TestWorker[] = [];

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service?.[Symbol.asyncDispose]());
beforeEach(async () => {
  provider = await startTestProvider();
});
afterEach(async () => {
  provider.release();
  for (const worker of workers.splice(0)) await worker[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
  await service.database.query('UPDATE outbox_events SET published_at = now() WHERE published_at IS NULL');
});

async function startWorkers(environment: Readonly<Record<string, string>> = {}): Promise<void> {
  const site = { database: service.database, provider, queuePrefix: randomUUID(), environment };
  workers = await Promise.all([startTestWorker(site), startTestWorker(site)]);
}

const charges = () => provider.calls.filter(({ method }) => method === 'POST');
const gauge = (text: string, name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
const metrics = async () => await (await fetch(`${workers[0]?.internalUrl}/metrics`)).text();

test('5,000 orders of one shop do not delay the next one of another', async () => {
  const [loud, quiet] = [await openTestShop(service), await openTestShop(service)];
  await pileUpOrders(service.database, { tenantId: loud.tenant.id, count: 5_000 });
  await startWorkers();
  await expect.poll(() => charges().length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(50);
  for (let order = 1; order <= 3; order += 1) {
    const id = await quiet.place();
    const before = charges().length;
    const charged = () => provider.chargesOf(id).length;
    await expect.poll(charged, { timeout: 20_000, message: 'charges of the order of the other shop' }).toBe(1);
    const ahead = charges().findIndex(({ reference }) => reference === id) - before;
    // What two workers have in hand and in the queue, and what two relays add before they see the new one.
    expect(ahead, 'orders of the other shop that were charged first').toBeLessThan(200);
  }
  expect(charges().length, 'the other shop has nothing more that could delay anybody').toBeLessThan(4_500);
});

test('shops that all have orders waiting get about the same', async () => {
  const shops = [await openTestShop(service), await openTestShop(service), await openTestShop(service)];
  const shopOf = new Map<string, number>();
  for (const [index, { tenant }] of shops.entries()) {
    const pile = { tenantId: tenant.id, count: 60 * 6 ** index, agoSeconds: 100 * index };
    for (const id of await pileUpOrders(service.database, pile)) shopOf.set(id, index);
  }
  await startWorkers();
  await expect.poll(() => charges().length, { timeout: 20_000 }).toBeGreaterThan(400);
  const turns = charges().map(({ reference }) => shopOf.get(reference));
  const until = turns.lastIndexOf(0);
  expect(turns.filter((turn) => turn === 0).length, 'orders of the smallest shop, of the first 400 charges').toBe(60);
  for (const other of [1, 2]) {
    const count = turns.slice(0, until).filter((turn) => turn === other).length;
    expect(count, `orders of shop ${other} while another one had its 60 charged`).toBeGreaterThan(30);
    expect(count, `orders of shop ${other} while another one had its 60 charged`).toBeLessThan(120);
  }
});

test('metrics know how much waits for a shop and for how long, of ten shops at most', async () => {
  const shops = await Promise.all(Array.from({ length: 12 }, () => service.createTenant({ books: 1 })));
  provider.behave([], { kind: 'hold' });
  for (const [index, { id: tenantId }] of shops.entries()) {
    const pile = { tenantId, count: 300 * (index + 1), agoSeconds: 1_000 * (index + 1) };
    await pileUpOrders(service.database, pile);
  }
  await startWorkers({ PAYMENT_TIMEOUT_MS: '60000', JOB_LEASE_MS: '60000' });
  await expect.poll(() => provider.waiting(), { timeout: 20_000 }).toBe(16);
  const text = await metrics();
  expect(text.match(/^outbox_depth\{/gm)?.length, 'shops whose depth has a series').toBe(10);
  expect(text.match(/^outbox_oldest_seconds\{/gm)?.length, 'shops whose age has a series').toBe(10);
  const last = shops.at(-1)?.id;
  const within = (value: number, right: number) => Math.abs(value / right - 1) <= 0.05;
  expect(gauge(text, `outbox_depth\\{tenant="${last}"\\}`)).toSatisfy((value) => within(value, 3_600));
  expect(gauge(text, `outbox_oldest_seconds\\{tenant="${last}"\\}`)).toSatisfy((value) => within(value, 12_000));
});
