import type { ApiName, ExperimentHandle } from '@lab/sdk';
import type { Asked } from '../../shared/asking.ts';
import type { PlanClient, PlanName } from '../../shared/plan-clients.ts';
import { evenly, type Sending, sendAll, unevenly } from '../../shared/schedule.ts';
import { honestShare, quotas } from '../plans.ts';
import type { Desk } from './asking.ts';
import { type Party, stranger } from './clients.ts';

/** Four times the smallest plan, through each of three replicas. */
const crawledPerSecond = 180;
/** Without a token, while the store is away: more than twice what an address has, through each of them as well. */
const strangersPerSecond = 120;

/** Views of what is asked begin with who asks, and end with when. */
export type StretchName = 'rest' | 'before' | 'away' | 'healing' | 'after';

interface StretchOptions {
  readonly name: StretchName;
  readonly forMs: number;
  readonly party: Party;
  readonly desk: Desk;
  readonly replicas: readonly ApiName[];
  /** Where the client comes that keeps its connection; left out where it does not come. */
  readonly stickingTo?: ApiName;
}

export interface Stretch {
  readonly crawled: readonly Asked[];
  readonly honest: readonly Asked[];
  readonly lateP99Ms: number;
}

/** A crawler far beyond its plan, beside clients that keep to theirs. Resolves when all was answered. */
export async function stretch(h: ExperimentHandle, options: StretchOptions): Promise<Stretch> {
  const { name, forMs, party, desk, replicas, stickingTo } = options;
  const crawled: Asked[] = [];
  const honest: Asked[] = [];
  const fromMs = h.clock.nowMs() + 10;
  const toMs = fromMs + forMs;
  const inTurn = (index: number): ApiName => replicas[index % replicas.length] ?? 'api-1';
  const noting = (notes: Asked[], atMs: number, ask: () => Promise<Asked>): Sending => ({
    atMs,
    send: async () => void notes.push(await ask()),
  });
  const keeping = (client: PlanClient, view: string, through: (index: number) => ApiName): readonly Sending[] =>
    unevenly(h.random, { fromMs, toMs, perSecond: honestRate(client) }).map((atMs, index) =>
      noting(honest, atMs, () => desk.visit(client, `${view}-${name}`, through(index))),
    );
  const crawling = evenly({ fromMs, toMs, perSecond: (crawledPerSecond * replicas.length) / 3 }).map((atMs, index) =>
    noting(crawled, atMs, () => desk.crawl(party.crawler, `flood-${name}`, inTurn(index))),
  );
  const strange = evenly({ fromMs, toMs, perSecond: (strangersPerSecond * replicas.length) / 3 });
  const { lateP99Ms } = await sendAll(h, [
    ...crawling,
    ...(name === 'away' ? strange : []).map((atMs, index) => ({
      atMs,
      send: () => desk.crawl(stranger, `strangers-${name}`, inTurn(index)),
    })),
    ...keeping(party.spread, 'even', inTurn),
    ...(stickingTo === undefined ? [] : keeping(party.sticking, 'sticking', () => stickingTo)),
  ]);
  return { crawled, honest, lateP99Ms };
}

function honestRate({ key }: PlanClient): number {
  const { limit, windowMs } = quotas[key.split(':')[0] as PlanName] ?? { limit: 0, windowMs: 1 };
  return (honestShare * limit * 1_000) / windowMs;
}
