import type { ExperimentHandle } from '@lab/sdk';
import { type StaffRole, tokenOf } from '../../shared/staff.ts';
import { loadTenants } from '../../shared/tenants.ts';
import type { PlanName } from '../plans.ts';

/** Somebody whose requests count together: a tenant with its staff, or an address. */
export interface Client {
  /** Its plan and its name, as `free:shop-06`. */
  readonly key: string;
  /** Null for an address: nobody is signed in. */
  readonly tenant: string | null;
  /** Who of its staff asks, in turn. */
  readonly roles: readonly StaffRole[];
  /** What it looks at. */
  readonly bookId: string;
}

/** The clients of one run. Each experiment has its own, so that none meets counts of another. */
export interface Clients {
  /** Ask for more than their plans: one all the time, one at first, two from before the end of a window on. */
  readonly flooding: Client;
  readonly floodingAtFirst: Client;
  readonly atTheEnd: Client;
  readonly address: Client;
  /** Keep to their plans beside those: one spread over the replicas, one on a single replica, one with many requests. */
  readonly spread: Client;
  readonly sticking: Client;
  readonly busy: Client;
  /** Ask for their burst, after a rest. */
  readonly rested: readonly Client[];
  readonly atOnce: Client;
  readonly beforeTheKill: Client;
  readonly floodingByClocks: Client;
  readonly evenByClocks: Client;
}

/** With all of a tenant's staff: who signs in is not whom a plan is for. */
const staff: readonly StaffRole[] = ['admin', 'editor', 'clerk'];

/** Chosen once per run, by its seed, among the tenants that make no load. */
export function clientsOf(h: ExperimentHandle): Promise<Clients> {
  return h.once('clients', async () => choose(await tenantsByPlan(h)));
}

/** Signs in everybody whom the experiments need: whether the service lets people in is asked while nothing is wrong. */
export async function signInAll(h: ExperimentHandle): Promise<void> {
  const { rested, ...others } = await clientsOf(h);
  const all = [...rested, ...Object.values(others)];
  await Promise.all(
    all.flatMap(({ tenant, roles }) => (tenant === null ? [] : roles.map((role) => tokenOf(h, tenant, role)))),
  );
}

type Pick = (plan: PlanName, roles?: readonly StaffRole[]) => Client;

function choose(pick: Pick): Clients {
  const flooding = pick('pro', staff);
  return {
    flooding,
    floodingAtFirst: pick('enterprise', staff),
    atTheEnd: pick('free', staff),
    // Without a token any book will do: the answer is 401.
    address: { key: 'address:127.0.0.1', tenant: null, roles: ['editor'], bookId: flooding.bookId },
    spread: pick('free'),
    sticking: pick('pro'),
    busy: pick('enterprise'),
    rested: [pick('free'), pick('pro'), pick('enterprise')],
    atOnce: pick('free'),
    beforeTheKill: pick('enterprise'),
    floodingByClocks: pick('free'),
    evenByClocks: pick('pro'),
  };
}

const tenantsWithBook = `
  SELECT t.slug, t.plan, (SELECT b.id FROM books b WHERE b.tenant_id = t.id ORDER BY b.id LIMIT 1) AS book
  FROM tenants t WHERE t.slug <> ALL ($1::text[]) ORDER BY t.slug`;

type Row = Readonly<Record<string, unknown>>;

async function tenantsByPlan(h: ExperimentHandle): Promise<Pick> {
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
