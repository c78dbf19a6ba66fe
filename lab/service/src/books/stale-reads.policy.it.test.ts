import { afterAll, beforeAll, expect, test } from 'vitest';
import { withClient } from '../testing/test-database.ts';
import { startTestService, type TestService, type TestTenant } from '../testing/test-service.ts';

let service: TestService;
let tenant: TestTenant;
let token: string;

beforeAll(async () => {
  service = await startTestService();
  tenant = await service.createTenant({ books: 10 });
  token = await service.signIn(tenant);
});
afterAll(() => service?.[Symbol.asyncDispose]());

const read = async (path: string) => (await service.request(path, { token })).json.version as number;
const write = (path: string) => service.request(path, { method: 'PATCH', token, body: { stock: 5 } });

test('readers during a change that waits for a lock do not leave the old version behind', async () => {
  const path = `/v2/books/${tenant.bookIds[0]}`;
  await read(path);
  const changed = await withClient(service.database.ownerUrl, async (holder) => {
    await holder.query(`BEGIN; SET LOCAL app.tenant_id = '${tenant.id}'; SELECT 1 FROM books FOR UPDATE`);
    const change = write(path);
    const waiting = () => service.database.query('SELECT 1 FROM pg_locks WHERE NOT granted');
    await expect.poll(waiting).not.toEqual([]);
    expect(await Promise.all([read(path), read(path), read(path)])).toEqual([1, 1, 1]);
    await holder.query('ROLLBACK');
    return await change;
  });
  expect(changed.json.version).toBe(2);
  expect(await read(path)).toBe(2);
});

test('under many readers and two writers no reader sees versions go back', async () => {
  const path = `/v2/books/${tenant.bookIds[1]}`;
  let writing = true;
  let acknowledged = 1;
  const reader = async () => {
    let last = 1;
    while (writing) {
      const atLeast = Math.max(last, acknowledged);
      last = await read(path);
      expect(last).toBeGreaterThanOrEqual(atLeast);
    }
  };
  const writer = async () => {
    for (let change = 0; change < 40; change += 1) {
      const { json } = await write(path);
      acknowledged = Math.max(acknowledged, json.version);
    }
  };
  const readers = [reader(), reader(), reader(), reader()];
  await Promise.all([writer(), writer()]).finally(() => {
    writing = false;
  });
  await Promise.all(readers);
  expect(await read(path)).toBe(81);
});

test('without the cache changes are refused and not made', async () => {
  await using cacheless = await startTestService({ REDIS_CACHE_URL: 'redis://127.0.0.1:1' });
  const shop = await cacheless.createTenant();
  const admin = await cacheless.signIn(shop);
  const path = `/v2/books/${shop.bookIds[0]}`;
  const answer = await cacheless.request(path, { method: 'PATCH', token: admin, body: { stock: 77 } });
  expect(answer).toMatchObject({ status: 503, json: { code: 'CACHE_UNAVAILABLE' } });
  expect(answer.headers.get('retry-after')).toBe('1');
  expect((await cacheless.request(path, { token: admin })).json).toMatchObject({ stock: 1, version: 1 });
});
