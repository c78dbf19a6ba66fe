import {
  onlyReached,
  outageTold,
  refusalsAreHonest,
  refusalsAskNoDatabase,
  servedAlone,
  servedWithinQuota,
  signedInAgain,
  signInLimited,
  soonWithoutStore,
  steadyState,
  withinCeiling,
  withinQuota,
} from '@lab/checks';
import type { Check, Evidence, Finding } from '@lab/sdk';
import { alarmFigure } from './experiments/figures.ts';
import { waitSecondsMax } from './experiments/outage.ts';
import { startsWithoutStore, staysReady } from './judge-replicas.ts';
import { accountLimit, ceilingFactor, quotas, recoverMsMax, storeWaitMsMax } from './plans.ts';

const id = (name: string): string => `limits-store-down/${name}`;
const lesson = (name: string): string => `lessons/limits#${name}`;

const outages = ['hangs', 'each-way'];
const circumstances = {
  hangs: 'The limits store took connections, and answered no question that it was asked over them.',
  'each-way':
    'One replica was refused connections by the limits store, one had each answer a second late, and one had been started while the store was silent.',
};

export const replicas = 3;
/** Of one account, while the store is away. */
export const guessesMax = replicas * ceilingFactor * accountLimit.limit;
/** A refusal to sign in takes no longer. Checking a password takes its time. */
export const signInMsMax = 1_000;
/** A timer that is set for the longest wait of the story ends somewhat later. */
const timerMs = 60;
/** An answer this late has certainly waited. */
const slowMs = 300;
/** A fix may wait less for the store than the service as it is. Answers later than this may have been given without it. */
const storeWaitMs = 40;

const all: readonly Check[] = [
  steadyState({
    id: id('steady-state'),
    title: 'The shop answers its daily load',
    points: 5,
    lesson: lesson('steady-state'),
    requests: ['detail', 'list'],
    failedShareMax: 0.01,
  }),
  countedAtRest(),
  staysReady(
    servedAlone({
      id: id('served-without-store'),
      title: 'Who keeps to a plan is served, also when nobody can count',
      points: 15,
      lesson: lesson('served-without-store'),
      experiments: outages,
      quotas,
      replicas,
      views: ['even-away'],
      healing: { views: ['even-healing'], shareMax: 0.1 },
      circumstances,
    }),
  ),
  soonWithoutStore({
    id: id('nobody-waits'),
    title: 'No request waits for a store that does not answer',
    points: 15,
    lesson: lesson('nobody-waits'),
    experiments: outages,
    before: ['even-before', 'flood-before'],
    away: ['even-away', 'flood-away'],
    waitMsMax: storeWaitMsMax + timerMs,
    slowMs,
    slowShareMax: 0.05,
    circumstances,
  }),
  withinCeiling({
    id: id('ceiling-without-store'),
    title: 'Without the store there are limits still',
    points: 15,
    lesson: lesson('ceiling-without-store'),
    experiments: outages,
    quotas,
    factor: ceilingFactor,
    views: ['flood-away', 'strangers-away'],
    circumstances,
  }),
  startsWithoutStore({
    id: id('starts-without-store'),
    title: 'A replica that is started while the store is away comes up',
    points: 5,
    lesson: lesson('starts-without-store'),
    experiments: ['each-way'],
  }),
  refusalsAreHonest({
    id: id('honest-without-store'),
    title: 'A refusal without the store says when to come back, and means it',
    points: 5,
    lesson: lesson('honest-without-store'),
    experiments: outages,
    views: ['flood-away', 'strangers-away'],
    afterWait: 'after-wait',
    waitSecondsMax,
    otherShareMax: 0.02,
  }),
  signInLimited({
    id: id('sign-in-stays-limited'),
    title: 'Passwords cannot be guessed while the store is away',
    points: 10,
    lesson: lesson('sign-in-stays-limited'),
    experiments: ['hangs'],
    guesses: 'guess',
    triedMax: guessesMax,
    owner: 'sign-in-away',
    slowMs: signInMsMax,
  }),
  countedAgain(),
  outageTold({
    id: id('outage-is-told'),
    title: 'Operators are told of the outage, and of its end',
    points: 5,
    lesson: lesson('outage-is-told'),
    experiments: outages,
    figure: alarmFigure,
  }),
  refusalsAskNoDatabase({
    id: id('no-counting-in-the-database'),
    title: 'Refusing asks nothing of the database, with the store or without',
    points: 5,
    lesson: lesson('no-counting-in-the-database'),
    experiments: ['at-rest', 'hangs'],
    perAccepted: 1,
    refusedPercent: 20,
    refusedMin: 100,
  }),
];

/** What was asked of a machine that had no time for it says nothing. */
export const checks: readonly Check[] = all.map(onlyReached);

type Facts = Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'>;

/** Both sides in one check: one quota for all replicas, and all of it, through whichever of them a client comes. */
function counted(facts: Facts, stretch: 'rest' | 'after', how: string): Check['judge'] {
  const common = { ...facts, quotas, storeWaitMs };
  const circumstancesOf = Object.fromEntries(facts.experiments.map((experiment) => [experiment, how]));
  const over = withinQuota({ ...common, views: [`flood-${stretch}`], circumstances: circumstancesOf });
  const refused = servedWithinQuota({
    ...common,
    views: [`even-${stretch}`, `sticking-${stretch}`],
    circumstances: circumstancesOf,
    unansweredShareMax: 0.02,
  });
  return (evidence) => [...over.judge(evidence), ...refused.judge(evidence)];
}

function countedAtRest(): Check {
  const facts = {
    id: id('counted-at-rest'),
    title: 'While the store answers, three replicas give one quota',
    points: 10,
    lesson: lesson('counted-at-rest'),
    experiments: ['at-rest'],
  };
  return { ...facts, judge: counted(facts, 'rest', 'Nothing was broken: the limits store answered everybody.') };
}

function countedAgain(): Check {
  const facts = {
    id: id('counted-again'),
    title: 'When the store is back, everything is counted exactly again, and people can sign in',
    points: 10,
    lesson: lesson('counted-again'),
    experiments: outages,
  };
  const how = `The limits store was back, for ${recoverMsMax / 1_000} s or for as long as it took until everything looked well.`;
  const judgeCounts = counted(facts, 'after', how);
  const signIns = (evidence: Evidence): readonly Finding[] =>
    facts.experiments
      .filter((experiment) => evidence.selected.includes(experiment))
      .flatMap((experiment) => signedInAgain(evidence, experiment, 'sign-in-again'));
  return { ...facts, judge: (evidence) => [...judgeCounts(evidence), ...signIns(evidence)] };
}
