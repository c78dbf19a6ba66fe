import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createMetrics } from '../../platform/metrics.ts';
import { createPool, type Pool } from '../../platform/postgres.ts';
import { createCrossTenantDatabase, createTenantDatabase } from '../../platform/tenant-transaction.ts';
import { recordingLog } from '../../testing/recording-log.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../testing/test-database.ts';
import { createUploadRepository } from '../upload-repository.ts';
import { createUploadClaims, type UploadClaims } from './upload-claims.ts';

let database: TestDatabase;
let pool: Pool;
let claims: UploadClaims;
let tenantId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.appUrl, max: 10, name: 'test-claims', log: recordingLog([]) });
  claims = createUploadClaims({ ...parts(), leaseMs: 60_000 });
});
afterAll(async () => {
  await pool?.end();
  await database?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await database.query('DELETE FROM uploads');
  await openTenant();
});

/** From now on the tests' own tenant is a new one. */
async function openTenant(): Promise<void> {
  tenantId = randomUUID();
  const values = [tenantId, `shop-${tenantId.slice(0, 8)}`];
  await database.query("INSERT INTO tenants (id, slug, name, plan) VALUES ($1, $2, 'Shop', 'pro')", values);
}

const metrics = createMetrics();
const parts = () => {
  const both = { pool, metrics };
  return { database: createTenantDatabase(both), acrossTenants: createCrossTenantDatabase(both) };
};
const context = () => ({ tenantId, requestId: 'request', usage: { queries: 0 } });
const READY = {
  status: 'ready',
  content: { sha256: 'ab'.repeat(32), contentType: 'image/png', width: 1, height: 1, variants: [] },
} as const;

async function confirmed(): Promise<string> {
  const uploads = createUploadRepository(parts().database);
  const id = randomUUID();
  const upload = { id, kind: 'image', contentType: 'image/png', bytes: 10, sha256: undefined, ttlSeconds: 60 } as const;
  await uploads.add(context(), upload, { pendingMax: 100, bytesMax: 1_000 });
  expect(await uploads.confirm(context(), id, '"e"')).toMatchObject({ status: 'uploaded' });
  return id;
}
const take = () => claims.take(randomUUID());
const rowOf = async (id: string) => (await database.query('SELECT * FROM uploads WHERE id = $1', [id]))[0];

test('each upload is taken by one worker, however many ask', async () => {
  const ids = await Promise.all(Array.from({ length: 5 }, confirmed));
  const taken = await Promise.all(Array.from({ length: 10 }, take));
  const found = taken.flatMap((upload) => upload?.uploadId ?? []);
  expect(found.sort()).toEqual(ids.sort());
});

test('the backlog of one tenant is not the wait of another', async () => {
  const backlog = await Promise.all(Array.from({ length: 5 }, confirmed));
  expect(backlog).toContain((await take())?.uploadId);
  const crowd = tenantId;
  await openTenant();
  const late = await confirmed();
  expect(await take()).toMatchObject({ uploadId: late });
  // The one of the other tenant is in hand now: it is the turn of the longest waiting again.
  expect(await take()).toMatchObject({ tenantId: crowd });
});

test('whoever has it keeps it as long as the lease is renewed', async () => {
  await confirmed();
  const short = createUploadClaims({ ...parts(), leaseMs: 300 });
  const upload = await short.take(randomUUID());
  if (!upload) throw new Error('Nothing was due.');
  expect(upload).toMatchObject({ tenantId, silentClaims: 1, attempts: 0, etag: '"e"', requestId: 'request' });
  const until = Date.now() + 900;
  while (Date.now() < until) {
    expect(await short.keep(upload)).toBe(true);
    expect(await take()).toBeUndefined();
  }
});

test('when its worker falls silent it is taken over, and the first can settle nothing any more', async () => {
  const id = await confirmed();
  const first = await createUploadClaims({ ...parts(), leaseMs: 1 }).take(randomUUID());
  let second: Awaited<ReturnType<typeof take>>;
  await expect
    .poll(async () => {
      second = await take();
      return second?.uploadId;
    })
    .toBe(id);
  if (!first || !second) throw new Error('Nothing was due.');
  expect(second.silentClaims).toBe(2);
  expect(await claims.keep(first)).toBe(false);
  expect(await claims.settle(first, READY)).toBe(false);
  expect(await claims.giveBack(first, { ms: 0, counted: true })).toBe(false);
  expect(await rowOf(id)).toMatchObject({ status: 'scanning', attempts: 0, claim: second.claim });
  expect(await claims.settle(second, READY)).toBe(true);
  expect(await rowOf(id)).toMatchObject({ status: 'ready', claim: second.claim, due_at: null });
});

test('what is settled is settled once', async () => {
  const id = await confirmed();
  const upload = await take();
  if (!upload) throw new Error('Nothing was due.');
  expect(await claims.settle(upload, { status: 'rejected', reason: 'infected' })).toBe(true);
  expect(await claims.settle(upload, READY)).toBe(false);
  expect(await rowOf(id)).toMatchObject({ status: 'rejected', reason: 'infected', sha256: null });
  expect(await take()).toBeUndefined();
});

test('what is given back is due after its pause, and counts only when it should', async () => {
  const id = await confirmed();
  const upload = await take();
  if (!upload) throw new Error('Nothing was due.');
  expect(await claims.giveBack(upload, { ms: 200, counted: true })).toBe(true);
  expect(await take()).toBeUndefined();
  await expect
    .poll(async () => await take(), { timeout: 20_000 })
    .toMatchObject({ uploadId: id, attempts: 1, silentClaims: 1 });
});

test('an upload that is deleted meanwhile is nobody’s', async () => {
  const id = await confirmed();
  const upload = await take();
  if (!upload) throw new Error('Nothing was due.');
  await createUploadRepository(parts().database).remove(context(), id);
  expect(await claims.keep(upload)).toBe(false);
  expect(await claims.settle(upload, READY)).toBe(false);
});

test('a confirmation is taken once', async () => {
  const uploads = createUploadRepository(parts().database);
  const id = await confirmed();
  expect(await uploads.confirm(context(), id, '"other"')).toBeUndefined();
  expect(await rowOf(id)).toMatchObject({ etag: '"e"' });
});

test('nothing is ready without the hash of what was read', async () => {
  const id = await confirmed();
  const forged = database.query("UPDATE uploads SET status = 'ready', settled_at = now() WHERE id = $1", [id]);
  await expect(forged).rejects.toThrow('check constraint');
});

test('room is reserved once, however many ask at the same time', async () => {
  const uploads = createUploadRepository(parts().database);
  const add = () =>
    uploads.add(
      context(),
      { id: randomUUID(), kind: 'image', contentType: 'image/png', bytes: 100, sha256: undefined, ttlSeconds: 60 },
      { pendingMax: 100, bytesMax: 500 },
    );
  const results = await Promise.allSettled(Array.from({ length: 12 }, add));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { code: 'UPLOAD_QUOTA_REACHED' },
  });
});

test('so many may wait for their file, and no more', async () => {
  const uploads = createUploadRepository(parts().database);
  const quota = { pendingMax: 2, bytesMax: 500 };
  const upload = { kind: 'image', contentType: 'image/png', bytes: 1, sha256: undefined, ttlSeconds: 60 } as const;
  for (let count = 0; count < 2; count += 1) await uploads.add(context(), { ...upload, id: randomUUID() }, quota);
  await expect(uploads.add(context(), { ...upload, id: randomUUID() }, quota)).rejects.toThrow('At most 2 uploads');
});

test('across tenants the ready ones are not seen, and only what is due can be taken', async () => {
  const ready = await confirmed();
  const upload = await take();
  if (!upload) throw new Error('Nothing was due.');
  await claims.settle(upload, READY);
  const waiting = await confirmed();
  await withClient(database.appUrl, async (client) => {
    await client.query("BEGIN; SET LOCAL app.across_tenants = 'on'");
    expect((await client.query('SELECT id FROM uploads')).rows).toEqual([{ id: waiting }]);
    expect((await client.query('DELETE FROM uploads')).rowCount).toBe(0);
    const forge = client.query("UPDATE uploads SET status = 'rejected', reason = 'x', settled_at = now()");
    await expect(forge).rejects.toThrow('row-level security');
    await client.query('ROLLBACK');
    expect((await client.query('SELECT id FROM uploads')).rows).toEqual([]);
    expect((await client.query('DELETE FROM uploads')).rowCount).toBe(0);
    await client.query(`BEGIN; SET LOCAL app.tenant_id = '${randomUUID()}'`);
    expect((await client.query('SELECT id FROM uploads')).rows).toEqual([]);
    const steal = client.query(
      `INSERT INTO uploads (tenant_id, id, kind, content_type, bytes, expires_at, request_id)
       VALUES ('${tenantId}', gen_random_uuid(), 'image', 'image/png', 1, now(), 'x')`,
    );
    await expect(steal).rejects.toThrow('row-level security');
  });
  expect(await rowOf(ready)).toMatchObject({ status: 'ready' });
});
