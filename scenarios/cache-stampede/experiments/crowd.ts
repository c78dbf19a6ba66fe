import type { ApiName, ExperimentHandle, ExperimentOutcome, Operation } from '@lab/sdk';
import type { PublicPage } from '../../shared/storefront.ts';
import { readers } from '../figures.ts';
import { awayReads, isOfTheCache } from './away-reads.ts';
import { callsBetween, countStatements, kindsBetween } from './statements.ts';

/** What one reader costs, and what a crowd did. */
export interface Crowd {
  /** A page that nobody has asked for: what one reader alone costs the database. */
  readonly lone: PublicPage;
  /** The page that all want. */
  readonly target: PublicPage;
  /** A page that is in the cache; asked for while the other one is being made. */
  readonly warm: PublicPage;
  /** As `crowd`, or `nothing` where the answer is that there is no such page. */
  readonly view: 'crowd' | 'nothing';
  /** How long the page cannot be made. */
  readonly heldMs: number;
  /** Visits one by one when the crowd has gone. */
  readonly visitsAfter?: number;
}

/** Until all that was sent lies before the replicas. */
const arrivedMs = 80;
/** Whoever looks first and locks then has this much time for another one to look. */
const cacheLateMs = 5;
/** Long enough for short-lived locks to lapse, one after the other; shorter than the service waits for its turn. */
export const longMs = 1_850;
/** Long enough for all who have come to ask the database, if they do. */
export const briefMs = 700;
const besideEveryMs = 150;

/**
 * All at one instant, and nobody is done before the last one has come. The tables are locked, so that no page can be
 * made. The replicas stand still while the requests come in, and the cache takes 5 ms for each reply: whoever asks
 * first whether somebody else is at work is told what was true for all of them. Then the page may be made.
 */
export async function sendCrowd(h: ExperimentHandle, crowd: Crowd): Promise<ExperimentOutcome> {
  const { lone, target, warm, view, heldMs, visitsAfter = 0 } = crowd;
  const earlier = await countStatements(h);
  await lone.visit({ replica: replicaFor(h, 0), client: 'lone', view: 'lone' });
  const before = await countStatements(h);
  const kinds = kindsBetween(earlier, before);
  const loneStatements = callsBetween(earlier, before, kinds);
  const awayBefore = await awayReads(h);
  await using tables = await h.database.lockTables();
  const late = await h.links.delay(h.replicas, 'redis-cache', { latencyMs: cacheLateMs, jitterMs: 0 });
  const asked = await atOneInstant(h, target, view);
  const blocked = await tables.firstBlocked(1_500);
  await late.release();
  const others = visitBeside(h, warm, h.clock.nowMs() + heldMs - besideEveryMs);
  await h.clock.sleep(heldMs);
  const releasedMs = h.clock.nowMs();
  await tables.release();
  await Promise.all([...asked, others]);
  for (let visit = 0; visit < visitsAfter; visit += 1) {
    await target.visit({ replica: replicaFor(h, visit), client: 'later', view });
  }
  // Whoever makes a page after the answer has made it by now.
  await h.clock.sleep(100);
  const statements = callsBetween(before, await countStatements(h), kinds);
  const away = (await awayReads(h)) - awayBefore;
  const facts = { readers: asked.length, visitsAfter, loneStatements, statements, away, releasedMs };
  if (loneStatements === 0) return { reached: false, note: 'one reader alone cost the database nothing', facts };
  if (isOfTheCache({ statements, loneStatements, away, replicas: h.replicas.length })) {
    return { reached: false, note: `the cache did not answer ${away} reads in time`, facts };
  }
  return blocked === null
    ? { reached: false, note: 'nobody asked the database for the page', facts }
    : { reached: true, facts };
}

/** However long each visit takes, what is held is let go in time. */
async function visitBeside(h: ExperimentHandle, warm: PublicPage, untilMs: number): Promise<void> {
  while (h.clock.nowMs() < untilMs) {
    await Promise.all(
      h.replicas.map((replica) => warm.visit({ replica, client: `beside-${replica}`, view: 'beside' })),
    );
    await h.clock.sleep(besideEveryMs);
  }
}

async function atOneInstant(
  h: ExperimentHandle,
  page: PublicPage,
  view: string,
): Promise<readonly Promise<Operation>[]> {
  const still = await Promise.all(h.replicas.map((replica) => h.processes.pause(replica)));
  const asked = Array.from({ length: readers }, (_, index) =>
    page.visit({ replica: replicaFor(h, index), client: `reader-${index + 1}`, view }),
  );
  await h.clock.sleep(arrivedMs);
  await Promise.all(still.map((one) => one.release()));
  return asked;
}

/** Turn by turn. */
export function replicaFor(h: ExperimentHandle, index: number): ApiName {
  const replica = h.replicas[index % h.replicas.length];
  if (replica === undefined) throw new RangeError('This scenario needs API replicas.');
  return replica;
}

/** Shop and first page of its list are in the cache, wherever it is; what is counted after this is the page's own. */
export async function openShop(h: ExperimentHandle, firstPage: PublicPage): Promise<void> {
  for (const replica of h.replicas) await firstPage.visit({ replica, client: 'opening', view: 'opening' });
}
