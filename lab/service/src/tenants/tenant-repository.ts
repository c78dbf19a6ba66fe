import type { Pool } from '../platform/postgres.ts';
import type { Usage } from '../platform/request-context.ts';

export interface Tenant {
  readonly id: string;
  readonly plan: string;
}

export interface TenantRepository {
  /** Sign-in happens before a tenant is known, so this reads the directory outside any tenant's transaction. */
  findBySlug(slug: string, usage: Usage): Promise<Tenant | undefined>;
}

export function createTenantRepository(pool: Pool): TenantRepository {
  return {
    async findBySlug(slug, usage) {
      usage.queries += 1;
      const { rows } = await pool.query<Tenant>('SELECT id, plan FROM tenants WHERE slug = $1', [slug]);
      return rows[0];
    },
  };
}
