import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiProcess, spawnTestApi } from '../testing/test-api.ts';
import { withClient } from '../testing/test-database.ts';
import { testRedisUrl } from '../testing/test-environment.ts';
import { startTestService, type TestService, type TestTenant } from '../testing/test-service.ts';

// One window of an hour: within this file nothing of a quota comes back.
const planOf = (limit: number) => ({ limits: [{ limit, windowMs: 3_600_000 }] });
const PLANS = { free: planOf(10), pro: planOf(30), enterprise: planOf(60) };
const PLENTY = [{ limit: 1_000_000, windowMs: 60_000 }];
const LIMITS = {
  REDIS_LIMITS_URL: testRedisUrl(),
  PLANS_JSON: JSON.stringify(PLANS),
  ADDRESS_LIMITS_JSON: JSON.stringify(PLENTY),
  LOGIN_LIMITS_JSON: JSON.stringify({ account: PLENTY, address: PLENTY }),
};

let service: TestService;
let replicas: readonly ApiProcess[];

beforeAll(async () => {
  service = await startTestService();
  const spawn = () => spawnTestApi({ database: service.database, environment: LIMITS });
  replicas = await Promise.all([spawn(), spawn()]);
});
afterAll(async () => {
  for (const replica of replicas ?? []) await replica[Symbol.asyncDispose]();
  await service?.[Symbol.asyncDispose]();
});

interface Shop {
  readonly tenant: TestTenant;
  /** It says `pro`, whatever becomes of the plan. */
  readonly token: string;
}

async function openShop(): Promise<Shop> {
  const tenant = await service.createTenant();
  return { tenant, token: await service.signIn(tenant) };
}

function change({ slug }: { readonly slug: string }, body: unknown, internalUrl = replicas[0]?.internalUrl) {
  const headers = { 'content-type': 'application/json' };
  const url = `${internalUrl}/operators/tenants/${slug}/plan`;
  return fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) });
}

const read = ({ url }: ApiProcess, { token }: Shop) =>
  fetch(`${url}/v2/tenant`, { headers: { authorization: `Bearer ${token}` } });

/** Of 40 requests at each replica, those that were let through. */
async function accepted(shop: Shop): Promise<number> {
  const answers = await Promise.all(
    replicas.flatMap((replica) => Array.from({ length: 40 }, () => read(replica, shop))),
  );
  return answers.filter(({ status }) => status === 200).length;
}

/** Waits until a replica limits the shop by its new plan; resolves with the requests of those that were let through. */
async function knows(replica: ApiProcess, shop: Shop, limit: number): Promise<number> {
  let spent = 0;
  const told = async () => {
    const { status, headers } = await read(replica, shop);
    if (status === 200) spent += 1;
    return headers.get('ratelimit-policy') ?? '';
  };
  await expect.poll(told, { timeout: 60_000, interval: 1_000 }).toContain(`q=${limit}`);
  return spent;
}

test('an operator changes a plan: it holds on all replicas within a minute, and there is no second quota', async () => {
  const shop = await openShop();
  expect(await accepted(shop)).toBe(PLANS.pro.limits[0]?.limit);
  const answer = await change(shop.tenant, { plan: 'enterprise' });
  expect([answer.status, await answer.json()]).toEqual([200, { slug: shop.tenant.slug, plan: 'enterprise' }]);
  let total = 30;
  for (const replica of replicas) total += await knows(replica, shop, 60);
  total += await accepted(shop);
  expect(total).toBe(60);
  // Back and forth gives nothing.
  for (const plan of ['free', 'pro', 'enterprise'] as const) {
    expect((await change(shop.tenant, { plan })).status).toBe(200);
    for (const replica of replicas) total += await knows(replica, shop, PLANS[plan].limits[0]?.limit ?? 0);
    total += await accepted(shop);
  }
  expect(total).toBe(60);
  const rows = await service.database.query('SELECT plan FROM tenants WHERE id = $1', [shop.tenant.id]);
  expect(rows).toEqual([{ plan: 'enterprise' }]);
}, 120_000);

test('neither an unknown tenant nor an unknown plan changes anything, and nobody changes a plan from outside', async () => {
  const { tenant } = await openShop();
  expect((await change({ slug: 'nobody' }, { plan: 'pro' })).status).toBe(404);
  for (const body of [{ plan: 'gold' }, {}, { plan: 'pro', more: 1 }]) {
    expect((await change(tenant, body)).status).toBe(400);
  }
  expect((await change(tenant, { plan: 'enterprise' }, replicas[0]?.url)).status).toBe(404);
  const rows = await service.database.query('SELECT plan FROM tenants WHERE id = $1', [tenant.id]);
  expect(rows).toEqual([{ plan: 'pro' }]);
});

test('while the store of limits is away the operator is told that the change is not known yet', async () => {
  const { tenant } = await openShop();
  const environment = { ...LIMITS, REDIS_LIMITS_URL: 'redis://127.0.0.1:1' };
  await using lonely = await spawnTestApi({ database: service.database, environment });
  const answer = await change(tenant, { plan: 'free' }, lonely.internalUrl);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ code: 'LIMITS_UNAVAILABLE', detail: expect.stringContaining('again') });
  expect((await change(tenant, { plan: 'free' })).status).toBe(200);
});

test('without limits a change is for the tokens to come', async () => {
  const { tenant, token } = await openShop();
  expect((await change(tenant, { plan: 'free' }, service.internalUrl)).status).toBe(200);
  expect((await service.request('/v2/tenant', { token })).json).toMatchObject({ plan: 'free' });
  expect(service.logs).toContainEqual(
    expect.objectContaining({ message: 'plan changed', fields: expect.objectContaining({ tenant: tenant.id }) }),
  );
});

test('the application changes nothing of the directory but plans, and no plan as a tenant', async () => {
  const { tenant } = await openShop();
  const { database } = service;
  await withClient(database.appUrl, async (client) => {
    const as = async (setting: string, sql: string) => {
      await client.query(`BEGIN; SET LOCAL ${setting}`);
      return await client.query(sql).finally(() => client.query('ROLLBACK'));
    };
    const own = `app.tenant_id = '${tenant.id}'`;
    expect((await as(own, "UPDATE tenants SET plan = 'enterprise'")).rowCount).toBe(0);
    await expect(as("app.across_tenants = 'on'", "UPDATE tenants SET name = 'Mine'")).rejects.toThrow('permission');
    await expect(as("app.across_tenants = 'on'", 'DELETE FROM tenants')).rejects.toThrow('permission');
  });
});
