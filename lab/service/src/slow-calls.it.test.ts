import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startTestLink } from './limits/testing/test-link.ts';
import type { TestDatabase } from './testing/test-database.ts';
import { startTestProvider } from './testing/test-provider.ts';
import { startTestService } from './testing/test-service.ts';
import { openTestShop } from './testing/test-shop.ts';
import { startTestWebhookWorker } from './testing/test-webhook-worker.ts';
import { startWebhookSite } from './testing/test-webhooks.ts';
import { startTestWorker } from './testing/test-worker.ts';
import { flatPng } from './uploads/testing/test-images.ts';
import { openTestStore } from './uploads/testing/test-store.ts';
import { startUploadsSite } from './uploads/testing/test-uploads.ts';

/** How long whoever is called takes, and what a transaction may last meanwhile. */
const SLOW_MS = 3_000;
const AGE_MS_MAX = 500;
const OLDEST = `
  SELECT COALESCE(max(extract(epoch FROM clock_timestamp() - xact_start)) * 1000, 0)::float AS age
  FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`;

/** Looks at all transactions while `work` goes on; resolves with the greatest age seen, in ms. */
async function oldestDuring({ query }: TestDatabase, work: Promise<unknown>): Promise<number> {
  let going = true;
  const ages: number[] = [];
  const look = async () => {
    while (going) {
      const [row] = await query<{ age: number }>(OLDEST);
      ages.push(row?.age ?? Number.NaN);
      await sleep(50);
    }
  };
  const ended = work.finally(() => {
    going = false;
  });
  await Promise.all([ended, look()]);
  return Math.max(...ages);
}

test('the look at transactions sees one that is open', async () => {
  await using service = await startTestService();
  const held = service.database.query('SELECT pg_sleep(1)');
  expect(await oldestDuring(service.database, held)).toBeGreaterThan(AGE_MS_MAX);
});

test('while the payment provider is slow no transaction waits for it', async () => {
  await using service = await startTestService();
  await using provider = await startTestProvider();
  provider.behave([], { kind: 'hold' });
  const environment = { PAYMENT_TIMEOUT_MS: '10000', JOB_LEASE_MS: '5000' };
  await using _worker = await startTestWorker({ database: service.database, provider, environment });
  const shop = await openTestShop(service);
  const ids = await Promise.all(Array.from({ length: 5 }, () => shop.place()));
  await expect.poll(() => provider.waiting(), { timeout: 20_000 }).toBe(ids.length);
  expect(await oldestDuring(service.database, sleep(SLOW_MS))).toBeLessThan(AGE_MS_MAX);
  expect(provider.waiting()).toBe(ids.length);
  provider.release();
  for (const id of ids) await shop.becomes(id, 'paid');
});

test('while those who are told of events are slow no transaction waits for them', async () => {
  await using site = await startWebhookSite();
  await using _worker = startTestWebhookWorker({ ...site.environment, WEBHOOK_TIMEOUT_MS: '10000' });
  const own = await site.openShop();
  site.receiver.behave('/slow', [], { kind: 'hold' });
  await own.subscribe('/slow');
  await own.shop.place();
  await expect.poll(() => site.receiver.waiting(), { timeout: 20_000 }).toBe(1);
  expect(await oldestDuring(site.service.database, sleep(SLOW_MS))).toBeLessThan(AGE_MS_MAX);
  expect(site.receiver.waiting()).toBe(1);
  site.receiver.release();
  await own.becomes('delivered');
});

test('while the object store is slow no transaction waits for it', async () => {
  await using store = await openTestStore();
  await using link = await startTestLink(store.settings.endpoint);
  const slow = { S3_ENDPOINT: link.url, S3_PUBLIC_ENDPOINT: store.settings.endpoint, S3_TIMEOUT_MS: '10000' };
  await using site = await startUploadsSite({ ...slow, S3_BUCKET: store.settings.bucket, UPLOAD_LEASE_MS: '5000' });
  const { id } = await site.send(await flatPng({ width: 40, height: 30 }));
  link.delay(SLOW_MS / 2);
  const startedAtMs = performance.now();
  const confirm = async () => expect((await site.ask('POST', `/v2/uploads/${id}/confirm`)).status).toBe(202);
  expect(await oldestDuring(site.service.database, confirm())).toBeLessThan(AGE_MS_MAX);
  // The store was asked, and it took its time.
  expect(performance.now() - startedAtMs).toBeGreaterThan(SLOW_MS - 100);
  await site.work();
  await site.becomes(id, 'scanning');
  expect(await oldestDuring(site.service.database, sleep(3 * SLOW_MS))).toBeLessThan(AGE_MS_MAX);
  // It was at work on one call after the other, and is not through with them.
  expect((await site.ask('GET', `/v2/uploads/${id}`)).json.status).toBe('scanning');
}, 60_000);
