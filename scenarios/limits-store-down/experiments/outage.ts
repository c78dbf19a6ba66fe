import type { ApiName, ExperimentHandle, ExperimentOutcome, Held } from '@lab/sdk';
import { type Asked, waitAsTold } from '../../shared/asking.ts';
import { sendAll } from '../../shared/schedule.ts';
import { quotas, recoverMsMax, windowMs } from '../plans.ts';
import { createDesk } from './asking.ts';
import { type Party, type PartyName, partyOf } from './clients.ts';
import { alarmFigures, allSay, figuresThatSay } from './figures.ts';
import { guesses, ownerSignsIn } from './sign-in.ts';
import { type Stretch, stretch } from './stretch.ts';

const beforeMs = 600;
const awayMs = 1_600;
/** More than a window. */
const roundMs = 1_300;
const ownerRetries = 3;
const retryPauseMs = 300;
/** No client is asked to wait longer; a longer wait is a finding of its own. */
export const waitSecondsMax = 3;

/** What is broken, and which replicas run meanwhile. */
export interface Broken {
  readonly held: readonly Held[];
  readonly up: readonly ApiName[];
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
}

interface Outage {
  readonly party: PartyName;
  readonly isGuessed: boolean;
  breakStore(party: Party): Promise<Broken>;
  /** What is done to the store while nobody reaches it. */
  restartStore?(): Promise<void>;
}

/**
 * The same requests before, during and after an outage. Before it they show what an answer takes on this machine now. When
 * it is over they go on in rounds until all looks well, five seconds at most; what is asked then is judged.
 */
export async function throughOutage(h: ExperimentHandle, outage: Outage): Promise<ExperimentOutcome> {
  const party = await partyOf(h, outage.party);
  await stretch(h, { name: 'before', forMs: beforeMs, party, desk: createDesk(h), replicas: h.replicas });
  const figuresBefore = await figuresThatSay(h, h.replicas, 1);
  const { held, up, facts = {} } = await outage.breakStore(party);
  const meanwhile = await whileAway(h, { party, up, isGuessed: outage.isGuessed })
    .then(async (found) => {
      await outage.restartStore?.();
      return found;
    })
    .finally(() => Promise.all(held.map((one) => one.release())));
  const healedMs = h.clock.nowMs();
  const { rounds } = await untilWell(h, { party, up, healedMs });
  const afterMs = Math.round(h.clock.nowMs() - healedMs);
  const stickingTo = h.random.pick(up);
  await stretch(h, { name: 'after', forMs: roundMs, party, desk: createDesk(h), replicas: up, stickingTo });
  const figuresAfter = await figuresThatSay(h, up, 1);
  return { reached: true, facts: { ...facts, ...meanwhile, figuresBefore, figuresAfter, rounds, afterMs } };
}

interface Meanwhile {
  readonly party: Party;
  readonly up: readonly ApiName[];
}

async function whileAway(h: ExperimentHandle, options: Meanwhile & { readonly isGuessed: boolean }) {
  const { party, up, isGuessed } = options;
  const [replica = 'api-1'] = up;
  const desk = createDesk(h);
  const before = await h.database.statementCount();
  const { crawled, lateP99Ms } = await stretch(h, { name: 'away', forMs: awayMs, party, desk, replicas: up });
  const statements = (await h.database.statementCount()) - before;
  const figuresAway = await figuresThatSay(h, up, 0);
  await comeBackAsTold(h, party, crawled);
  // One after the other: to check a password takes a processor, and what is right may check some.
  const { waitSeconds } = await ownerSignsIn(h, { client: party.crawler, view: 'sign-in-away', replica });
  if (isGuessed) await sendAll(h, guesses(h, party.spread, h.clock.nowMs()));
  return { ...desk.facts(), statements, figuresAway, lateP99Ms, signInWaitSeconds: waitSeconds };
}

/** One request when the wait that the last refusal named is over, where it was refused: other replicas have other counts. */
async function comeBackAsTold(h: ExperimentHandle, party: Party, crawled: readonly Asked[]): Promise<void> {
  const last = await waitAsTold(h, crawled, waitSecondsMax);
  if (last !== null) await createDesk(h).readBook(party.crawler, 'after-wait', last.operation.replica);
}

/** Five seconds at most; less where everything looks well before, which spares time and decides nothing. */
async function untilWell(h: ExperimentHandle, options: Meanwhile & { readonly healedMs: number }) {
  const { party, up, healedMs } = options;
  const stickingTo = h.random.pick(up);
  const [replica = 'api-1'] = up;
  let isIn = false;
  const tryOwner = async (): Promise<void> => {
    if (!isIn) ({ isIn } = await ownerSignsIn(h, { client: party.sticking, view: 'sign-in-again', replica }));
  };
  for (let rounds = 1; ; rounds += 1) {
    const round = await stretch(h, {
      name: 'healing',
      forMs: roundMs,
      party,
      desk: createDesk(h),
      replicas: up,
      stickingTo,
    });
    await tryOwner();
    if (isIn && looksWell(round) && allSay(await alarmFigures(h, up), 1)) return { rounds };
    if (h.clock.nowMs() - healedMs < recoverMsMax) continue;
    // As people do, who are told to come back in a moment.
    for (let retry = 0; retry < ownerRetries && !isIn; retry += 1) {
      await h.clock.sleep(retryPauseMs);
      await tryOwner();
    }
    return { rounds };
  }
}

function looksWell({ crawled, honest }: Stretch): boolean {
  const { limit, burst } = quotas['free'] ?? { limit: 0, burst: 0 };
  const isAccepted = ({ operation: { status } }: Asked): boolean => status > 0 && status < 500 && status !== 429;
  // A round lasts until all of it was answered.
  const most = (limit * (roundMs + windowMs / 2)) / windowMs + burst;
  return crawled.filter(isAccepted).length <= most && honest.every(isAccepted);
}
