import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { startTestProvider } from '../testing/test-provider.ts';
import { startTestService } from '../testing/test-service.ts';
import { startWebhookSite } from '../testing/test-webhooks.ts';
import { startTestWorker } from '../testing/test-worker.ts';

test('a shop is told that its order was placed, and that it was paid', async () => {
  await using site = await startWebhookSite();
  await using provider = await startTestProvider();
  const { service, environment } = site;
  await using _worker = await startTestWorker({ database: service.database, provider, environment });
  const own = await site.openShop();
  await own.subscribe('/told');
  const orderId = await own.shop.place('request-of-a-clerk');
  await own.becomes('delivered', 2);
  const told = site.receiver.receivedAt('/told');
  // In any order: deliveries do not wait for each other.
  const byType = told.map(({ body }) => JSON.parse(body)).toSorted((a, b) => a.type.localeCompare(b.type));
  expect(byType).toMatchObject([
    { type: 'order.paid', data: { orderId, status: 'paid' } },
    { type: 'order.placed', data: { orderId, status: 'placed' } },
  ]);
  for (const { headers } of told) expect(headers['x-request-id']).toBe('request-of-a-clerk');
});

test('without a key the service has no webhooks, and says so', async () => {
  await using service = await startTestService();
  const token = await service.signIn(await service.createTenant());
  expect((await service.request('/v2/webhook-endpoints', { token })).status).toBe(404);
  expect(service.logs.map(({ message }) => message).join()).toContain('ENCRYPTION_KEY is not set');
});

test('a key that is none ends the worker before it starts', async () => {
  const program = new URL('../../bin/worker.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program], { env: { PATH: process.env.PATH, ENCRYPTION_KEY: 'guess-me' } });
  const [output, [code]] = await Promise.all([child.stderr.setEncoding('utf8').toArray(), once(child, 'exit')]);
  expect(code).toBe(1);
  expect(output.join('')).toContain('ENCRYPTION_KEY: expected 32 bytes in base64');
  expect(output.join('')).not.toContain('guess-me');
});
