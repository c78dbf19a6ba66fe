import { afterAll, beforeAll, expect, test } from 'vitest';
import { tenantTables } from '../testing/tenant-rows.ts';
import { withClient } from '../testing/test-database.ts';
import { type IsolatedShop, type IsolationSite, startIsolationSite } from './testing/isolation-site.ts';

let site: IsolationSite;
let shops: readonly IsolatedShop[];
let tables: readonly string[];

beforeAll(async () => {
  site = await startIsolationSite();
  shops = [await site.openShop(), await site.openShop()];
  tables = await tenantTables(site.service.database);
});
afterAll(() => site?.[Symbol.asyncDispose]());

/** The first column of an answer about the test's own database. */
async function names(sql: string): Promise<unknown[]> {
  const rows = await site.service.database.query<Record<string, unknown>>(sql);
  return rows.map((row) => Object.values(row)[0]);
}

const OURS = (oid: string) => `NOT EXISTS (SELECT FROM pg_depend WHERE objid = ${oid} AND deptype = 'e')`;
const PUBLIC = "'public'::regnamespace";

/** What the application may do, and nothing else. A table that is not here may not be touched at all. */
const GRANTS: Readonly<Record<string, string>> = {
  books: 'DELETE, INSERT, SELECT, UPDATE',
  dead_letters: 'INSERT, SELECT, UPDATE (review_note, reviewed_at, status)',
  idempotency_keys: 'DELETE, INSERT, SELECT',
  order_lines: 'INSERT, SELECT',
  orders: 'INSERT, SELECT, UPDATE',
  outbox_events: 'INSERT, SELECT, UPDATE (published_at)',
  payments: 'INSERT, SELECT',
  tenants: 'SELECT, UPDATE (plan)',
  uploads:
    'DELETE, INSERT, SELECT, UPDATE (attempts, claim, confirmed_at, content_type, due_at, etag, height, multipart_id, reason, settled_at, sha256, silent_claims, status, updated_at, variants, width)',
  users: 'SELECT',
  webhook_deliveries:
    'INSERT, SELECT, UPDATE (attempts, crashes, dead_reason, delivered_at, due_at, last_error, last_response, last_status, review_note, reviewed_at, starts, status)',
  webhook_endpoints:
    'DELETE, INSERT, SELECT, UPDATE (consecutive_failures, event_types, not_before, previous_secret, previous_secret_until, ramp_started_at, secret, status, status_reason, updated_at, url)',
  webhook_events: 'INSERT, SELECT',
  webhook_turns: 'INSERT, SELECT, UPDATE (taken_at)',
};

test('every table with a tenant has row-level security, enabled and forced', async () => {
  expect(tables.length).toBeGreaterThan(10);
  const safe = await names(`
    SELECT relname FROM pg_class
    WHERE relnamespace = ${PUBLIC} AND relrowsecurity AND relforcerowsecurity ORDER BY relname`);
  expect(safe).toEqual(tables);
});

test('each of them is opened to its tenant as a whole, and to workers by a condition at most', async () => {
  const policies = await site.service.database.query<{ table: string; command: string; text: string }>(`
    SELECT tablename AS "table", cmd AS command, unnest(ARRAY[qual, with_check]) AS text FROM pg_policies
    WHERE schemaname = 'public' AND permissive = 'PERMISSIVE'`);
  // The directory of tenants belongs to no tenant: all may read it.
  const texts = policies.filter(({ table, text }) => text !== null && tables.includes(table));
  const ofTenant = texts.filter(
    ({ command, text }) => command === 'ALL' && text === '(tenant_id = current_tenant_id())',
  );
  for (const table of tables) {
    // Its USING and its WITH CHECK.
    expect({ table, ofTenant: ofTenant.filter((policy) => policy.table === table).length }).toEqual({
      table,
      ofTenant: 2,
    });
  }
  const others = texts.filter((policy) => !ofTenant.includes(policy));
  // Policies are joined by OR: one that opens to a missing tenant would open to everybody.
  const forWorkers = /^\(?is_across_tenants\(\)(?: AND (?!.*\bOR\b).*\))?$/;
  expect(others.filter(({ command, text }) => command === 'INSERT' || !forWorkers.test(text))).toEqual([]);
});

test('without a tenant no table shows a row, and with one those of that tenant', async () => {
  const count = `SELECT ${tables.map((table) => `(SELECT count(*)::integer FROM "${table}") AS "${table}"`).join(', ')}`;
  const none = Object.fromEntries(tables.map((table) => [table, 0]));
  await withClient(site.service.database.appUrl, async (client) => {
    const seen = async () => (await client.query<Record<string, number>>(count)).rows[0];
    expect(await seen()).toEqual(none);
    for (const shop of shops) {
      const { rows } = await site.stateOf(shop);
      await client.query(`BEGIN; SET LOCAL app.tenant_id = '${shop.tenant.id}'`);
      expect(await seen()).toEqual(Object.fromEntries(tables.map((table) => [table, rows[table]?.length])));
      await client.query('COMMIT');
      // A setting that a session had once reads as '' afterwards.
      expect(await seen()).toEqual(none);
    }
  });
});

test('the application has these rights and no other ones, and everybody has none', async () => {
  const grants = await site.service.database.query<{ name: string; grants: string }>(`
    SELECT name, string_agg(privilege, ', ' ORDER BY privilege) AS grants FROM (
      SELECT relname AS name, privilege_type AS privilege FROM pg_class AS c, aclexplode(relacl)
      WHERE relnamespace = ${PUBLIC} AND ${OURS('c.oid')} AND (grantee = 0 OR grantee = 'shelfwise_app'::regrole)
      UNION ALL
      SELECT relname, privilege_type || ' (' || string_agg(attname, ', ' ORDER BY attname) || ')'
      FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid, aclexplode(attacl)
      WHERE relnamespace = ${PUBLIC} AND ${OURS('c.oid')} AND (grantee = 0 OR grantee = 'shelfwise_app'::regrole)
      GROUP BY relname, privilege_type
    ) AS granted GROUP BY name ORDER BY name`);
  expect(Object.fromEntries(grants.map((row) => [row.name, row.grants]))).toEqual(GRANTS);
});

test('the application is no superuser, passes no policy, makes no roles, is a member of none and owns nothing', async () => {
  const [role] = await site.service.database.query(`
    SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
      EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid) AS "isMember",
      EXISTS (SELECT FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = r.oid AND deptype = 'o'
        AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))) AS owns
    FROM pg_roles AS r WHERE rolname = 'shelfwise_app'`);
  expect(role).toEqual({
    rolsuper: false,
    rolbypassrls: false,
    rolcreaterole: false,
    rolcreatedb: false,
    rolreplication: false,
    isMember: false,
    owns: false,
  });
});

test('the login that it comes with has no more rights, also where it puts the role off', async () => {
  await withClient(site.service.database.appUrl, async (client) => {
    await client.query('SET ROLE NONE');
    const { rows } = await client.query(`
      SELECT rolsuper, rolbypassrls, current_user <> 'shelfwise_app' AS "isLogin" FROM pg_roles WHERE rolname = current_user`);
    expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false, isLogin: true }]);
    expect((await client.query('SELECT FROM orders')).rowCount).toBe(0);
  });
});

test('what is unique is so in one tenant, but for ids that we or the provider draw', async () => {
  const everywhere = await names(`
    SELECT i.indexrelid::regclass::text AS name FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
    WHERE c.relnamespace = ${PUBLIC} AND i.indisunique AND i.indkey[0] <> a.attnum ORDER BY name`);
  expect(everywhere).toEqual(['outbox_events_pkey', 'payments_charge_id_key']);
});

test('no reference leads from one tenant into another, and every row belongs to a tenant that exists', async () => {
  const crossing = await names(`
    SELECT conname FROM pg_constraint AS c
    WHERE contype = 'f' AND connamespace = ${PUBLIC} AND confrelid <> 'tenants'::regclass AND NOT EXISTS (
      SELECT FROM unnest(conkey, confkey) AS pair (own, other)
      JOIN pg_attribute AS a ON a.attrelid = conrelid AND a.attnum = own AND a.attname = 'tenant_id'
      JOIN pg_attribute AS b ON b.attrelid = confrelid AND b.attnum = other AND b.attname = 'tenant_id')`);
  expect(crossing).toEqual([]);
  const bound = await names(`
    SELECT DISTINCT conrelid::regclass::text AS name FROM pg_constraint AS c
    JOIN pg_attribute AS a ON a.attrelid = conrelid AND a.attname = 'tenant_id' AND a.attnum = ANY (conkey)
    WHERE contype = 'f' AND connamespace = ${PUBLIC} ORDER BY name`);
  expect(bound.toSorted()).toEqual(tables);
});

test('nothing runs or reads with the rights of an owner', async () => {
  const definers = `SELECT proname FROM pg_proc AS p WHERE pronamespace = ${PUBLIC} AND prosecdef AND ${OURS('p.oid')}`;
  expect(await names(definers)).toEqual([]);
  const views = `
    SELECT relname FROM pg_class AS c WHERE relnamespace = ${PUBLIC} AND ${OURS('c.oid')} AND (relkind = 'm'
      OR relkind = 'v' AND NOT COALESCE('security_invoker=true' = ANY (reloptions), false))`;
  expect(await names(views)).toEqual([]);
});
