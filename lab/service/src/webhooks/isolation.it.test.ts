import { afterAll, beforeAll, expect, test } from 'vitest';
import { withClient } from '../testing/test-database.ts';
import { startWebhookSite, type WebhookShop, type WebhookSite } from '../testing/test-webhooks.ts';

let site: WebhookSite;
let own: WebhookShop;
let other: WebhookShop;

beforeAll(async () => {
  site = await startWebhookSite();
  [own, other] = [await site.openShop(), await site.openShop()];
  for (const shop of [own, other]) {
    await shop.subscribe('/hook');
    await shop.shop.place();
  }
});
afterAll(() => site?.[Symbol.asyncDispose]());

const TABLES = ['webhook_endpoints', 'webhook_turns', 'webhook_events', 'webhook_deliveries'];
const asApplication = (work: Parameters<typeof withClient<void>>[1]) => withClient(site.service.database.appUrl, work);

test('every route answers 401 without a token, and 403 to who is no administrator', async () => {
  const [delivery] = await own.deliveries();
  const routes = [
    ['GET', '/v2/webhook-endpoints'],
    ['POST', '/v2/webhook-endpoints'],
    ['GET', `/v2/webhook-endpoints/${delivery?.endpointId}`],
    ['PATCH', `/v2/webhook-endpoints/${delivery?.endpointId}`],
    ['DELETE', `/v2/webhook-endpoints/${delivery?.endpointId}`],
    ['POST', `/v2/webhook-endpoints/${delivery?.endpointId}/suspend`],
    ['POST', `/v2/webhook-endpoints/${delivery?.endpointId}/resume`],
    ['POST', `/v2/webhook-endpoints/${delivery?.endpointId}/rotate-secret`],
    ['GET', '/v2/webhook-deliveries'],
    ['GET', `/v2/webhook-deliveries/${delivery?.id}`],
    ['POST', `/v2/webhook-deliveries/${delivery?.id}/redrive`],
    ['POST', `/v2/webhook-deliveries/${delivery?.id}/dismiss`],
  ] as const;
  for (const [method, path] of routes) {
    expect(await site.service.request(path, { method })).toMatchObject({
      status: 401,
      json: { code: 'UNAUTHENTICATED' },
    });
    for (const role of ['clerk', 'editor'] as const) {
      const token = await site.service.signIn(own.shop.tenant, role);
      const answer = await own.request(method, path, undefined, { token });
      expect(answer).toMatchObject({ status: 403, json: { code: 'FORBIDDEN' } });
    }
  }
});

test('without a tenant the application sees nothing and changes nothing', async () => {
  await asApplication(async (client) => {
    for (const table of TABLES) expect((await client.query(`SELECT * FROM ${table}`)).rowCount).toBe(0);
    expect((await client.query('DELETE FROM webhook_endpoints')).rowCount).toBe(0);
    expect((await client.query("UPDATE webhook_deliveries SET status = 'pending'")).rowCount).toBe(0);
    expect((await client.query('UPDATE webhook_turns SET taken_at = now()')).rowCount).toBe(0);
    for (const table of TABLES.slice(1)) {
      await expect(client.query(`DELETE FROM ${table}`)).rejects.toThrow('permission denied');
    }
  });
});

test('with a tenant it sees that tenant’s rows, and writes none for another', async () => {
  await asApplication(async (client) => {
    await client.query(`BEGIN; SET LOCAL app.tenant_id = '${own.tenantId}'`);
    for (const table of TABLES) {
      const { rows } = await client.query(`SELECT tenant_id FROM ${table}`);
      expect(rows).toEqual([{ tenant_id: own.tenantId }]);
    }
    const forge = `INSERT INTO webhook_events (tenant_id, id, type, payload)
      VALUES ('${other.tenantId}', gen_random_uuid(), 'order.paid', '{}')`;
    await expect(client.query(forge)).rejects.toThrow('row-level security');
    await client.query('ROLLBACK');
  });
});

test('an event of one shop cannot be sent to an endpoint of another', async () => {
  const cross = `INSERT INTO webhook_deliveries (tenant_id, event_id, endpoint_id, request_id)
    SELECT event.tenant_id, event.id, endpoint.id, 'forged' FROM webhook_events AS event, webhook_endpoints AS endpoint
    WHERE event.tenant_id = $1 AND endpoint.tenant_id = $2`;
  const values = [own.tenantId, other.tenantId];
  await expect(site.service.database.query(cross, values)).rejects.toThrow('foreign key');
});

test('workers see across tenants who waits for what, and no event', async () => {
  await asApplication(async (client) => {
    await client.query("BEGIN; SET LOCAL app.across_tenants = 'on'");
    const count = async (table: string) => (await client.query(`SELECT * FROM ${table}`)).rowCount;
    expect(await count('webhook_events')).toBe(0);
    for (const table of ['webhook_turns', 'webhook_endpoints', 'webhook_deliveries']) {
      expect(await count(table)).toBe(2);
    }
    expect((await client.query('DELETE FROM webhook_endpoints')).rowCount).toBe(0);
    await client.query('ROLLBACK');
  });
});

test('workers take and give up across tenants, and mark nothing as delivered', async () => {
  await asApplication(async (client) => {
    await client.query("BEGIN; SET LOCAL app.across_tenants = 'on'");
    expect((await client.query("UPDATE webhook_deliveries SET status = 'sending'")).rowCount).toBe(2);
    const deliver = client.query("UPDATE webhook_deliveries SET status = 'delivered', delivered_at = now()");
    await expect(deliver).rejects.toThrow('row-level security');
    await client.query('ROLLBACK');
    await client.query("BEGIN; SET LOCAL app.across_tenants = 'on'");
    const suspend = client.query("UPDATE webhook_endpoints SET status = 'suspended', status_reason = 'failures'");
    await expect(suspend).rejects.toThrow('row-level security');
    await client.query('ROLLBACK');
    await client.query("BEGIN; SET LOCAL app.across_tenants = 'on'");
    const redirect = client.query("UPDATE webhook_deliveries SET request_id = 'forged'");
    await expect(redirect).rejects.toThrow('permission denied');
    await client.query('ROLLBACK');
  });
});
