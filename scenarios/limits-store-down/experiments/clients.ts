import type { ExperimentHandle } from '@lab/sdk';
import type { Asker } from '../../shared/asking.ts';
import { clientsByPlan, type PlanClient, type PlanName } from '../../shared/plan-clients.ts';
import { tokenOf } from '../../shared/staff.ts';

/** Without a token, all of them from the lab's own address; any book will do, since the answer is 401. */
export const stranger: Asker & Pick<PlanClient, 'bookId'> = {
  key: 'address:127.0.0.1',
  tenant: null,
  roles: ['editor'],
  bookId: 'any',
};

/** Who asks in one experiment; no two experiments share a client, so that none meets counts of another. */
export interface Party {
  /** Asks for many times its plan, through all replicas. */
  readonly crawler: PlanClient;
  /** Keeps to its plan, and comes through all replicas in turn. */
  readonly spread: PlanClient;
  /** Keeps to its plan, and keeps its connection to one replica. */
  readonly sticking: PlanClient;
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
    const pick = await clientsByPlan(h);
    const party = (spread: PlanName): Party => {
      return { crawler: pick('free'), spread: pick(spread), sticking: pick('pro') };
    };
    // While a replica decides alone, a count that clients share is seen by those of the crawler's own plan.
    return { 'at-rest': party('enterprise'), hangs: party('free'), 'each-way': party('free') };
  });
}
