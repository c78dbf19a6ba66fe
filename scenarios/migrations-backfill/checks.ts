import {
  givesWay,
  keptAfterKill,
  locksHeldBriefly,
  readsStayLinear,
  repeatsNothing,
  schemaReached,
  steadyState,
  transactionsStayShort,
  valuesFilled,
  waitsStayShort,
} from '@lab/checks';
import type { Check } from '@lab/sdk';
import { atNoon } from './experiments/at-noon.ts';
import { killedHalfWay } from './experiments/killed-half-way.ts';
import { onACopy } from './experiments/on-a-copy.ts';
import { rushHour, rushSessions } from './experiments/rush-hour.ts';

const id = (name: string): string => `migrations-backfill/${name}`;
const lesson = (name: string): string => `lessons/migrations#${name}`;

/** No transaction of the backfill is open for longer. */
export const openMsMax = 1_000;
/** Nobody waits for something that it has locked for longer. */
export const waitMsMax = 1_000;
/** In a rush it does this share of what it does else, at most. */
export const rushShareMax = 0.2;
/** Rows that a kill may cost. */
export const lostRowsMax = 2_500;
/** It reads each row so often, at most. */
export const readTimesMax = 10;
/** Under a lock that stops people, a transaction may read this share of a table. */
const lockedShareMax = 0.01;
const lockedMsMax = 1_000;

const places = {
  [onACopy.id]: 'on a quiet copy',
  [killedHalfWay.id]: 'on the copy where it was killed',
  [atNoon.id]: 'in the open shop',
};

export const checks: readonly Check[] = [
  steadyState({
    id: id('steady-state'),
    title: 'The shop answers its daily load',
    points: 5,
    lesson: lesson('steady-state'),
    requests: ['detail', 'list', 'price'],
    failedShareMax: 0.01,
  }),
  valuesFilled({
    id: id('every-book-filled'),
    title: 'In the end every book has its value, and exit 0 says so',
    points: 20,
    lesson: lesson('every-book-filled'),
    experiments: [onACopy.id, atNoon.id],
    places,
  }),
  transactionsStayShort({
    id: id('transactions-are-short'),
    title: 'No transaction of the backfill is open for longer than a second',
    points: 15,
    lesson: lesson('transactions-are-short'),
    experiment: atNoon.id,
    openMsMax,
  }),
  waitsStayShort({
    id: id('checkout-goes-on'),
    title: 'Customers order and staff save while it works',
    points: 10,
    lesson: lesson('checkout-goes-on'),
    experiment: atNoon.id,
    waitMsMax,
  }),
  givesWay({
    id: id('gives-way'),
    title: 'While the shop is busy it does next to nothing, and then it goes on',
    points: 15,
    lesson: lesson('gives-way'),
    experiment: rushHour.id,
    shareMax: rushShareMax,
    circumstance: `${rushSessions.transactions} transactions were under way and ${rushSessions.waiting} sessions waited for a lock`,
  }),
  keptAfterKill({
    id: id('a-kill-costs-a-batch'),
    title: 'Killed half-way, it keeps what it has done, and the next run does the rest',
    points: 15,
    lesson: lesson('a-kill-costs-a-batch'),
    experiment: killedHalfWay.id,
    rowsMax: lostRowsMax,
  }),
  readsStayLinear({
    id: id('work-does-not-grow'),
    title: 'The last batch costs as much as the first',
    points: 10,
    lesson: lesson('work-does-not-grow'),
    experiment: onACopy.id,
    timesMax: readTimesMax,
  }),
  locksHeldBriefly({
    id: id('column-comes-at-once'),
    title: 'Nobody is kept out while rows are filled',
    points: 5,
    lesson: lesson('column-comes-at-once'),
    experiment: onACopy.id,
    shareMax: lockedShareMax,
    heldMsMax: lockedMsMax,
  }),
  repeatsAndKeeps(),
];

/** Two demands on the end of the same run: what is there then, and that a second run finds nothing to do. */
function repeatsAndKeeps(): Check {
  const facts = {
    id: id('the-end-is-the-end'),
    title: 'Nothing is half done or lost, and a second run changes nothing',
    points: 5,
    lesson: lesson('the-end-is-the-end'),
  };
  const [schema, repeated] = [
    schemaReached({ ...facts, experiments: [onACopy.id], places }),
    repeatsNothing({ ...facts, experiment: onACopy.id }),
  ];
  return {
    ...facts,
    experiments: [onACopy.id],
    judge: (evidence) => [...schema.judge(evidence), ...repeated.judge(evidence)],
  };
}
