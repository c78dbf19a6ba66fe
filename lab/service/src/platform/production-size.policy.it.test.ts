import { afterAll, beforeAll, expect, test } from 'vitest';
import { type IsolationSite, startIsolationSite } from '../tenants/testing/isolation-site.ts';
import { fillShops } from '../testing/large-shops.ts';
import type { TestTenant } from '../testing/test-service.ts';

/** Of the shop that asks, and of each of the others. */
const [OWN, OTHERS, SHOPS] = [10_000, 500, 20];

const LISTS = ['/v2/books', '/v2/orders', '/v2/dead-letters', '/v2/uploads', '/v2/webhook-deliveries'] as const;

let site: IsolationSite;
let shop: TestTenant;
let token: string;

beforeAll(async () => {
  site = await startIsolationSite({ LIMITS_TIMEOUT_MS: '5000' });
  const { service } = site;
  shop = await service.createTenant({ books: 0 });
  token = await service.signIn(shop);
  const others = await Promise.all(Array.from({ length: SHOPS }, () => service.createTenant({ books: 0 })));
  await fillShops(service.database, [
    { tenantId: shop.id, rows: OWN },
    ...others.map(({ id }) => ({ tenantId: id, rows: OTHERS })),
  ]);
});
afterAll(() => site?.[Symbol.asyncDispose]());

const ask = async (path: string) => {
  const { status, json } = await site.service.request(path, { token });
  expect({ path, status }).toEqual({ path, status: 200 });
  return json;
};

/** All that the service's connections have counted: they tell when they end. */
async function untilCounted(): Promise<void> {
  const { query } = site.service.database;
  const theirs = "FROM pg_stat_activity WHERE application_name = 'shelfwise' AND datname = current_database()";
  await query(`SELECT pg_terminate_backend(pid) ${theirs}`);
  await expect.poll(() => query(`SELECT pid ${theirs}`)).toEqual([]);
}

interface Reading {
  /** Rows that were fetched from tables of more than a thousand, by scans or indexes. */
  readonly rows: number;
  /** Tables that were read from end to end. */
  readonly whole: readonly string[];
}

async function readingOf(work: () => Promise<unknown>): Promise<Reading> {
  const { query } = site.service.database;
  await untilCounted();
  await query('SELECT pg_stat_reset()');
  await work();
  await untilCounted();
  const tables = await query<{ name: string; rows: number; scans: number }>(`
    SELECT tables.relname AS name, (seq_tup_read + COALESCE(idx_tup_fetch, 0))::integer AS rows, seq_scan::integer AS scans
    FROM pg_stat_user_tables AS tables JOIN pg_class ON pg_class.oid = relid WHERE reltuples > 1000`);
  return {
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    whole: tables.filter(({ scans }) => scans > 0).map(({ name }) => name),
  };
}

/** Rows that an answer tells of: its items, and what is told with each. */
function rowsIn({
  items,
}: {
  items: readonly { lines?: readonly unknown[]; payment?: unknown; eventType?: string }[];
}) {
  return items.reduce((sum, { lines = [], payment, eventType }) => {
    return sum + 1 + lines.length + (payment ? 1 : 0) + (eventType ? 1 : 0);
  }, 0);
}

test.each(LISTS)(
  'a page of %s, at the beginning and deep in it, reads twice the rows that it tells of at most',
  async (path) => {
    const first = await ask(`${path}?limit=100`);
    const pages = ['limit=100', 'limit=20'];
    if (first.nextCursor) {
      let { nextCursor } = first;
      for (let page = 0; page < 30; page += 1) ({ nextCursor } = await ask(`${path}?limit=100&cursor=${nextCursor}`));
      pages.push(`limit=100&cursor=${nextCursor}`, `limit=20&cursor=${nextCursor}`);
    }
    for (const page of pages) {
      let told = 0;
      const { rows, whole } = await readingOf(async () => {
        told = rowsIn(await ask(`${path}?${page}`));
      });
      expect(told).toBeGreaterThan(0);
      expect({ path, page, told, rows, isEnough: rows <= 2 * told + 2, whole }).toEqual({
        path,
        page,
        told,
        rows,
        isEnough: true,
        whole: [],
      });
    }
  },
);

test('what is looked at one by one is read by its index as well', async () => {
  const paths = [];
  for (const path of LISTS) {
    const { items } = await ask(`${path}?limit=1`);
    paths.push(`${path}/${items[0].id}`);
  }
  for (const path of paths) {
    const { rows, whole } = await readingOf(() => ask(path));
    expect({ path, isEnough: rows <= 10, whole }).toEqual({ path, isEnough: true, whole: [] });
  }
});
