import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testRedisUrl } from '../testing/test-environment.ts';
import { startTestService, type TestService } from '../testing/test-service.ts';

const SHOPS = 30;
const PLENTY = [{ limit: 1_000_000, windowMs: 60_000 }];

let service: TestService;

beforeAll(async () => {
  service = await startTestService({
    STOREFRONT: 'true',
    REDIS_LIMITS_URL: testRedisUrl(),
    LIMITS_TIMEOUT_MS: '5000',
    // Two requests; a refusal for all that come after them.
    PLANS_JSON: JSON.stringify({ pro: { limits: [{ limit: 2, windowMs: 3_600_000 }] } }),
    LOGIN_LIMITS_JSON: JSON.stringify({ account: PLENTY, address: PLENTY }),
    ADDRESS_LIMITS_JSON: JSON.stringify(PLENTY),
  });
});
afterAll(() => service?.[Symbol.asyncDispose]());

async function seriesByName(): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${service.internalUrl}/metrics`)).text();
  const counts = new Map<string, number>();
  for (const [, name = '', labels = ''] of text.matchAll(/^(\w+)\{(.*)\} /gm)) {
    if (/(?:^|,)tenant="/.test(labels)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

test('shops that read, are read and are refused add time series up to a limit', async () => {
  const visit = async () => {
    const shop = await service.createTenant();
    const token = await service.signIn(shop);
    const path = `/v2/books/${shop.bookIds[0]}`;
    for (let n = 0; n < 3; n += 1) await service.request(path, { token });
    await service.request(`/v2/storefront/${shop.slug}${path.slice(3)}`);
    expect((await service.request(`/v2/books/${randomUUID()}`, { token })).status).toBe(429);
  };
  const visitMany = async () => {
    for (let n = 0; n < SHOPS; n += 10) await Promise.all(Array.from({ length: 10 }, visit));
    return await seriesByName();
  };
  const some = await visitMany();
  const more = await visitMany();
  const names = ['cache_lookups_total', 'rate_limit_refusals_total', 'tagged_cache_reads_total'];
  expect([...more.keys()].sort()).toEqual(names);
  // Ten by name and the rest, each with a few outcomes; and twice the shops are not more.
  for (const name of names) {
    expect({ name, isFew: (more.get(name) ?? 0) <= 11 * 3 }).toEqual({ name, isFew: true });
    expect({ name, more: (more.get(name) ?? 0) - (some.get(name) ?? 0) <= 3 }).toEqual({ name, more: true });
  }
});

test('nothing that is refused is lost among those without a name', async () => {
  const text = await (await fetch(`${service.internalUrl}/metrics`)).text();
  const refused = [...text.matchAll(/^rate_limit_refusals_total\{.*\} (\d+)/gm)].map(([, count]) => Number(count));
  // One read and the last request of each shop.
  expect(refused.reduce((sum, count) => sum + count, 0)).toBe(2 * 2 * SHOPS);
});
