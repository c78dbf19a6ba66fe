import type { ExperimentHandle } from '@lab/sdk';
import type { Asker } from '../../shared/asking.ts';
import { clientsByPlan, type PickClient } from '../../shared/plan-clients.ts';
import { type StaffRole, tokenOf } from '../../shared/staff.ts';

/** Somebody whose requests count together: a tenant with its staff, or an address. */
export interface Client extends Asker {
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
  return h.once('clients', async () => choose(await clientsByPlan(h)));
}

/** Signs in everybody whom the experiments need: whether the service lets people in is asked while nothing is wrong. */
export async function signInAll(h: ExperimentHandle): Promise<void> {
  const { rested, ...others } = await clientsOf(h);
  const all = [...rested, ...Object.values(others)];
  await Promise.all(
    all.flatMap(({ tenant, roles }) => (tenant === null ? [] : roles.map((role) => tokenOf(h, tenant, role)))),
  );
}

function choose(pick: PickClient): Clients {
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
