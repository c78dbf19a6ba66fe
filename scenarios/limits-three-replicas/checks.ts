import {
  countKeysEnd,
  onlyReached,
  refusalsAreHonest,
  refusalsAskNoDatabase,
  servedWithinQuota,
  steadyState,
  stillServed,
  withinQuota,
} from '@lab/checks';
import type { Check, Evidence, Finding } from '@lab/sdk';
import { giveUpMs, lifeMsMax, quotas } from './plans.ts';

const id = (name: string): string => `limits-three-replicas/${name}`;
const lesson = (name: string): string => `lessons/limits#${name}`;

/** No client is told to wait longer: a window is two seconds. */
export const waitSecondsMax = 3;
/** Some forty clients and accounts are there; each may have several counts. */
export const keysMax = 300;

const flooded = 'Requests came through three replicas, many times more than the plan has.';

const all: readonly Check[] = [
  steadyState({
    id: id('steady-state'),
    title: 'The shop answers its daily load',
    points: 5,
    lesson: lesson('steady-state'),
    requests: ['detail', 'list'],
    failedShareMax: 0.01,
  }),
  withinQuota({
    id: id('one-quota'),
    title: 'Three replicas give one quota, whoever of a client asks, and whatever for',
    points: 15,
    lesson: lesson('one-quota'),
    experiments: ['flood'],
    quotas,
    storeWaitMs: giveUpMs,
    views: ['flood', 'early-flood'],
    circumstances: { flood: `${flooded} They were of three members of the staff, and for several paths.` },
  }),
  withinQuota({
    id: id('any-window'),
    title: 'A plan holds in any window, also around the full minute',
    points: 15,
    lesson: lesson('any-window'),
    experiments: ['flood'],
    quotas,
    storeWaitMs: giveUpMs,
    views: ['opening', 'end-of-window'],
    circumstances: {
      flood:
        'After one early request it was silent, and asked for as much as it could from a moment before the end of a window until the end of the next one.',
    },
  }),
  withinQuota({
    id: id('at-one-instant'),
    title: 'Sixty requests at one instant are counted one by one',
    points: 15,
    lesson: lesson('at-one-instant'),
    experiments: ['at-once'],
    quotas,
    storeWaitMs: giveUpMs,
    views: ['volley'],
    circumstances: {
      'at-once': 'All replicas had them at the same moment, and the limits store took 10 ms for each reply.',
    },
    lateStore: true,
  }),
  clocksApart(),
  servedWithinQuota({
    id: id('served-within-plan'),
    title: 'Who keeps to a plan is never refused, also beside a flood',
    points: 15,
    lesson: lesson('served-within-plan'),
    experiments: ['rested-burst', 'flood'],
    quotas,
    storeWaitMs: giveUpMs,
    views: ['burst', 'even'],
    circumstances: {
      'rested-burst': 'It had asked for nothing before, and asked for its burst at once.',
      flood: 'It asked for nine tenths of its plan; other clients were in a flood.',
    },
    unansweredShareMax: 0.02,
  }),
  stillServed({
    id: id('not-locked-out'),
    title: 'Who asks for too much still gets its quota',
    points: 5,
    lesson: lesson('not-locked-out'),
    experiments: ['flood'],
    quotas,
    views: ['flood', 'end-of-window'],
  }),
  refusalsAreHonest({
    id: id('refusals-are-honest'),
    title: 'A refusal comes at once, says when to come back, and means it',
    points: 5,
    lesson: lesson('refusals-are-honest'),
    experiments: ['flood', 'at-once'],
    views: ['flood', 'early-flood', 'opening', 'end-of-window', 'volley'],
    afterWait: 'after-wait',
    waitSecondsMax,
    otherShareMax: 0.02,
  }),
  countsEnd(),
  refusalsAskNoDatabase({
    id: id('refusals-cost-nothing'),
    title: 'Refusing asks nothing of the database',
    points: 5,
    lesson: lesson('refusals-cost-nothing'),
    experiments: ['flood'],
    perAccepted: 1,
    refusedPercent: 20,
    refusedMin: 300,
  }),
];

/** What was asked of a machine that had no time for it says nothing. */
export const checks: readonly Check[] = all.map(onlyReached);

/** Both sides in one check: a clock that is wrong gives too much, or takes away. */
function clocksApart(): Check {
  const facts = {
    id: id('clocks-apart'),
    title: 'A replica whose clock is wrong gives no more and takes nothing away',
    points: 10,
    lesson: lesson('clocks-apart'),
    experiments: ['clocks-apart'],
  };
  const circumstances = { 'clocks-apart': 'The clock of one of the three replicas was five seconds ahead.' };
  const common = { ...facts, quotas, storeWaitMs: giveUpMs, circumstances };
  const over = withinQuota({ ...common, views: ['flood'] });
  const refused = servedWithinQuota({ ...common, views: ['even'], unansweredShareMax: 0.02 });
  return { ...facts, judge: (evidence) => [...over.judge(evidence), ...refused.judge(evidence)] };
}

/** Also of those that are not there: counts in another store, or in none, end or stay where nobody looks. */
function countsEnd(): Check {
  const facts = {
    id: id('counts-end'),
    title: 'Every count ends by itself, and nobody can make as many as they like',
    points: 10,
    lesson: lesson('counts-end'),
    experiments: ['flood', 'killed-between', 'stored-keys'],
  };
  const ends = countKeysEnd({ ...facts, lifeMsMax, keysMax });
  return { ...facts, judge: (evidence) => [...ends.judge(evidence), ...countedElsewhere(evidence)] };
}

function countedElsewhere({ experiments, selected }: Evidence): readonly Finding[] {
  if (!selected.includes('flood')) return [];
  const record = experiments.findLast(({ experiment, reached }) => experiment === 'flood' && reached);
  // While clients are over their plans, whatever tells so lies in the store.
  if (record?.facts['keys'] !== 0) return [];
  return [
    {
      code: 'COUNTED_ELSEWHERE',
      severity: 'failure',
      message: `While crawlers asked for many times their plans, of which ${String(record.facts['refused'])} requests were refused, there was no key in the limits store. What is counted elsewhere is lost, or fills what was not made for it.`,
      measured: { text: 'no key', value: 0, unit: 'keys' },
      expected: { text: 'requests are counted in the limits store' },
      atMs: record.endMs,
      refs: { experiment: 'flood' },
    },
  ];
}
