import type { ExperimentHandle } from '@lab/sdk';
import type { Asker } from './asking.ts';
import type { StaffRole } from './staff.ts';
import { loadTenants } from './tenants.ts';

/** By which the seed divides its tenants. */
export type PlanName = 'free' | 'pro' | 'enterprise';

/** A tenant whose requests count together, with its staff. */
export interface PlanClient extends Asker {
  readonly tenant: string;
  /** What it looks at. */
  readonly bookId: string;
}

export type PickClient = (plan: PlanName, roles?: readonly StaffRole[]) => PlanClient;

const tenantsWithBook = `
  SELECT t.slug, t.plan, (SELECT b.id FROM books b WHERE b.tenant_id = t.id ORDER BY b.id LIMIT 1) AS book
  FROM tenants t WHERE t.slug <> ALL ($1::text[]) ORDER BY t.slug`;

type Row = Readonly<Record<string, unknown>>;

/**
 * Tenants that make no load, by their plan, in an order that the run's seed decides. None is picked twice. An editor asks
 * for it, where no roles are named.
 */
export async function clientsByPlan(h: ExperimentHandle): Promise<PickClient> {
  const rows = await h.database.query(tenantsWithBook, [loadTenants()]);
  const left = new Map(
    [...Map.groupBy(rows, (row) => String(row['plan']))].map(([plan, ofPlan]) => {
      const first = h.seed % ofPlan.length;
      return [plan, [...ofPlan.slice(first), ...ofPlan.slice(0, first)]] satisfies [string, Row[]];
    }),
  );
  return (plan, roles = ['editor']) => {
    const row = left.get(plan)?.shift();
    if (row === undefined) throw new RangeError(`There is no other tenant on the plan ${plan}.`);
    const tenant = String(row['slug']);
    return { key: `${plan}:${tenant}`, tenant, roles, bookId: String(row['book']) };
  };
}
