import type { ExperimentHandle } from '@lab/sdk';
import { tokenOf } from '../../shared/staff.ts';
import { loadTenants } from '../../shared/tenants.ts';
import type { PlanName } from '../plans.ts';

/** A tenant whose requests count together. */
export interface Client {
  /** Its plan and its name, as `free:shop-06`. */
  readonly key: string;
  readonly tenant: string;
  /** What it looks at. */
  readonly bookId: string;
}

/** Who asks in one experiment; no two experiments share a client, so that none meets counts of another. */
export interface Party {
  /** Asks for many times its plan, through all replicas. */
  readonly crawler: Client;
  /** Keeps to its plan, and comes through all replicas in turn. */
  readonly spread: Client;
  /** Keeps to its plan, and keeps its connection to one replica. */
  readonly sticking: Client;
}

export type PartyName = 'at-rest' | 'hangs' | 'each-way';

type Parties = Readonly<Record<PartyName, Party>>;

/** Chosen once per run, by its seed, among the tenants that make no load. */
export async function partyOf(h: ExperimentHandle, name: PartyName): Promise<Party> {
  return (await partiesOf(h))[name];
}

/** Signs everybody in whom the experiments need, a few at a time: that is asked while nothing is wrong. */
export async function signInAll(h: ExperimentHandle): Promise<void> {
  for (const party of Object.values(await partiesOf(h))) {
    await Promise.all([party.crawler, party.spread, party.sticking].map(({ tenant }) => tokenOf(h, tenant)));
  }
}

function partiesOf(h: ExperimentHandle): Promise<Parties> {
  return h.once('parties', async () => {
    const pick = await tenantsByPlan(h);
    const party = (spread: PlanName): Party => {
      return { crawler: pick('free'), spread: pick(spread), sticking: pick('pro') };
    };
    // While a replica decides alone, a count that clients share is seen by those of the crawler's own plan.
    return { 'at-rest': party('enterprise'), hangs: party('free'), 'each-way': party('free') };
  });
}

const tenantsWithBook = `
  SELECT t.slug, t.plan, (SELECT b.id FROM books b WHERE b.tenant_id = t.id ORDER BY b.id LIMIT 1) AS book
  FROM tenants t WHERE t.slug <> ALL ($1::text[]) ORDER BY t.slug`;

type Row = Readonly<Record<string, unknown>>;

async function tenantsByPlan(h: ExperimentHandle): Promise<(plan: PlanName) => Client> {
  const rows = await h.database.query(tenantsWithBook, [loadTenants()]);
  const left = new Map(
    [...Map.groupBy(rows, (row) => String(row['plan']))].map(([plan, ofPlan]) => {
      const first = h.seed % ofPlan.length;
      return [plan, [...ofPlan.slice(first), ...ofPlan.slice(0, first)]] satisfies [string, Row[]];
    }),
  );
  return (plan) => {
    const row = left.get(plan)?.shift();
    if (row === undefined) throw new RangeError(`There is no other tenant on the plan ${plan}.`);
    const tenant = String(row['slug']);
    return { key: `${plan}:${tenant}`, tenant, bookId: String(row['book']) };
  };
}
