import {
  locksHeldBriefly,
  migrationFinishes,
  nobodyThrownOut,
  queueStaysShort,
  runsAgain,
  schemaReached,
  steadyState,
} from '@lab/checks';
import type { Check } from '@lab/sdk';
import { doneWithinMs } from './experiments/behind-a-report.ts';

const id = (name: string): string => `migrations-lock-queue/${name}`;
const lesson = (name: string): string => `lessons/migrations#${name}`;

/** A lock is asked for during two seconds at most; half a second is for the rest. */
export const queuedMsMax = 2_500;
/** Of the time that the report is open, whoever comes need not queue for this share. */
export const openShareMin = 0.25;
/** Once nothing is in the way, saves follow each other this closely. */
export const gapMsMax = 1_000;
/** Under a lock that stops people, a transaction may read this share of a table. */
export const lockedShareMax = 0.01;

export const checks: readonly Check[] = [
  steadyState({
    id: id('steady-state'),
    title: 'The shop answers its daily load',
    points: 5,
    lesson: lesson('steady-state'),
    requests: ['detail', 'list', 'price'],
    failedShareMax: 0.01,
  }),
  queueStaysShort({
    id: id('nobody-queues-long'),
    title: 'While a report keeps the migration from its lock, people work',
    points: 25,
    lesson: lesson('nobody-queues-long'),
    experiment: 'behind-a-report',
    later: 'report-in-between',
    waitMsMax: queuedMsMax,
    openShareMin,
    gapMsMax,
  }),
  nobodyThrownOut({
    id: id('nobody-thrown-out'),
    title: 'The migration ends nobody’s work and fails nobody’s request',
    points: 10,
    lesson: lesson('nobody-thrown-out'),
    experiment: 'behind-a-report',
  }),
  migrationFinishes({
    id: id('done-in-the-end'),
    title: 'Once the report is closed, the migration is done soon, in a busy shop',
    points: 20,
    lesson: lesson('done-in-the-end'),
    experiment: 'behind-a-report',
    withinMs: doneWithinMs,
  }),
  locksHeldBriefly({
    id: id('locks-do-not-grow'),
    title: 'How long people are kept out does not grow with the table',
    points: 20,
    lesson: lesson('locks-do-not-grow'),
    experiment: 'on-a-copy',
    shareMax: lockedShareMax,
    heldMsMax: gapMsMax,
  }),
  schemaReached({
    id: id('schema-complete'),
    title: 'The schema is what was asked for, with nothing half done and nothing lost',
    points: 15,
    lesson: lesson('schema-complete'),
    experiments: ['on-a-copy', 'behind-a-report'],
    places: { 'on-a-copy': 'on a quiet copy', 'behind-a-report': 'on the shop’s own database' },
  }),
  repeatsAndSurvives(),
];

/** Killed before its first lock a runner has nothing to find again, so it is killed after its first step as well. */
function repeatsAndSurvives(): Check {
  const repeated = 'on-a-copy';
  const facts = {
    id: id('runs-again'),
    title: 'Run again it changes nothing, and after a kill it is finished by the next run',
    points: 5,
    lesson: lesson('runs-again'),
  };
  const inTheQueue = runsAgain({ ...facts, repeated, killed: 'killed-in-the-queue' });
  const betweenSteps = runsAgain({ ...facts, repeated, killed: 'killed-between-steps' });
  return {
    ...facts,
    experiments: [...new Set([...inTheQueue.experiments, ...betweenSteps.experiments])],
    judge: (evidence) => [
      ...inTheQueue.judge(evidence),
      // What a repeated run changes has been told.
      ...betweenSteps.judge({ ...evidence, selected: evidence.selected.filter((one) => one !== repeated) }),
    ],
  };
}
