import type { ApiName, ExperimentHandle, ExperimentOutcome, Held } from '@lab/sdk';
import { type Asked, waitAsTold } from '../../shared/asking.ts';
import { sendAll } from '../../shared/schedule.ts';
import { quotas, recoverMsMax, windowMs } from '../plans.ts';
import { createDesk } from './asking.ts';
import { type Party, type PartyName, partyOf } from './clients.ts';
import { alarmFigures, allSay, figuresThatSay } from './figures.ts';
import { readiness } from './readiness.ts';
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
/** What the lab sends this late says little: passwords are not checked in time, and waits are the machine's. */
const lateMsMax = 200;
const controlEveryMs = 60;

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
  /** What is done when all that run are said to use it again. */
  readonly whenBack?: () => Promise<void>;
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
  const { rounds } = await untilWell(h, { party, up, whenBack: outage.whenBack });
  const afterMs = Math.round(h.clock.nowMs() - healedMs);
  const stickingTo = h.random.pick(up);
  await stretch(h, { name: 'after', forMs: roundMs, party, desk: createDesk(h), replicas: up, stickingTo });
  const figuresAfter = await figuresThatSay(h, up, 1);
  const all = { ...facts, ...meanwhile, figuresBefore, figuresAfter, rounds, afterMs };
  const { lateP99Ms } = meanwhile;
  if (lateP99Ms <= lateMsMax) return { reached: true, facts: all };
  return { reached: false, note: `this machine was too busy: requests were sent ${lateP99Ms} ms late`, facts: all };
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
  const [{ crawled, lateP99Ms }, controlP95Ms] = await Promise.all([
    stretch(h, { name: 'away', forMs: awayMs, party, desk, replicas: up }),
    control(h, up),
  ]);
  const statements = (await h.database.statementCount()) - before;
  const figuresAway = await figuresThatSay(h, up, 0);
  const readyAway = await readiness(h, up);
  await comeBackAsTold(h, party, crawled);
  // One after the other: to check a password takes a processor, and what is right may check some.
  const { waitSeconds } = await ownerSignsIn(h, { client: party.crawler, view: 'sign-in-away', replica });
  if (isGuessed) await sendAll(h, guesses(h, party.spread, h.clock.nowMs()));
  return {
    ...desk.facts(),
    statements,
    figuresAway,
    readyAway,
    lateP99Ms,
    controlP95Ms,
    signInWaitSeconds: waitSeconds,
  };
}

/** How late the replicas are meanwhile with a page that has nothing to do with the store, at the worst of twenty. */
async function control(h: ExperimentHandle, up: readonly ApiName[]): Promise<number> {
  const fromMs = h.clock.nowMs();
  const tookMs: number[] = [];
  await sendAll(
    h,
    Array.from({ length: Math.floor(awayMs / controlEveryMs) }, (_, index) => {
      const atMs = fromMs + index * controlEveryMs;
      const send = async (): Promise<void> => {
        await h.metrics(up[index % up.length] ?? 'api-1');
        tookMs.push(h.clock.nowMs() - atMs);
      };
      return { atMs, send };
    }),
  );
  return Math.round(tookMs.toSorted((a, b) => a - b)[Math.floor(tookMs.length * 0.95)] ?? 0);
}

/** One request when the wait that the last refusal named is over, where it was refused: other replicas have other counts. */
async function comeBackAsTold(h: ExperimentHandle, party: Party, crawled: readonly Asked[]): Promise<void> {
  const last = await waitAsTold(h, crawled, waitSecondsMax);
  if (last !== null) await createDesk(h).readBook(party.crawler, 'after-wait', last.operation.replica);
}

interface Healing extends Meanwhile {
  readonly whenBack: (() => Promise<void>) | undefined;
}

/** Five seconds at most, and again after what is done then; less where everything looks well before, which spares time. */
async function untilWell(h: ExperimentHandle, { party, up, whenBack }: Healing) {
  const stickingTo = h.random.pick(up);
  const [replica = 'api-1'] = up;
  let fromMs = h.clock.nowMs();
  let isDone = whenBack === undefined;
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
    const isBack = allSay(await alarmFigures(h, up), 1);
    if (isBack && !isDone) {
      await whenBack?.();
      [isDone, isIn, fromMs] = [true, false, h.clock.nowMs()];
      continue;
    }
    if (isIn && isBack && looksWell(round)) return { rounds };
    if (h.clock.nowMs() - fromMs < recoverMsMax) continue;
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
