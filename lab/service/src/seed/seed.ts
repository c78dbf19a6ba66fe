import type pg from 'pg';
import { hashPassword } from '../auth/password.ts';
import { insertBooks, insertTenants, insertUsers } from './insert-catalogue.ts';
import { insertOrders } from './insert-orders.ts';
import { withoutIndexes } from './without-indexes.ts';

export interface SeedPlan {
  readonly tenants: number;
  readonly booksPerTenant: number;
  readonly ordersPerTenant: number;
}

export const SEED_SIZES = {
  small: { tenants: 20, booksPerTenant: 5_000, ordersPerTenant: 0 },
  /** 50,000 orders. */
  standard: { tenants: 20, booksPerTenant: 5_000, ordersPerTenant: 2_500 },
  /** A million orders more. */
  large: { tenants: 20, booksPerTenant: 5_000, ordersPerTenant: 52_500 },
} as const satisfies Record<string, SeedPlan>;

export type SeedSize = keyof typeof SEED_SIZES;

export const DEVELOPMENT_PASSWORD = 'shelfwise-dev';

/** Fixed, so that seeding twice gives the same data. These accounts are for development only. */
const SALT = Buffer.from('shelfwise-seed-1');
const LOADED = ['books', 'orders', 'order_lines', 'payments'];

/** Fills an empty database with shops, staff, books and orders, in one transaction and always the same. */
export async function seed(client: pg.Client, plan: SeedPlan): Promise<void> {
  const { tenants, booksPerTenant: books, ordersPerTenant: orders } = plan;
  // Everybody knows this password, and the lab signs in with it all the time.
  const passwordHash = await hashPassword(DEVELOPMENT_PASSWORD, { salt: SALT, parallelism: 1 });
  await client.query('BEGIN');
  const tenantIds = await insertTenants(client, tenants);
  await withoutIndexes(client, LOADED, async () => {
    for (const tenantId of tenantIds) {
      // Row-level security binds the owner too: even the seed writes as one tenant at a time.
      await client.query("SELECT set_config('app.tenant_id', $1, true)", [tenantId]);
      await insertUsers(client, tenantId, passwordHash);
      await insertBooks(client, tenantId, books);
      if (orders > 0) await insertOrders(client, tenantId, { orders, books });
    }
  });
  await client.query('COMMIT');
  await client.query(`ANALYZE tenants, users, ${LOADED.join(', ')}`);
}
