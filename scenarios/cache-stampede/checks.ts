import {
  answersDuring,
  databaseBudget,
  freshAfterWrite,
  keysExpire,
  loadsCounted,
  readersAnswered,
  renewedApart,
  renewedInTime,
  shownAsAsked,
  steadyState,
} from '@lab/checks';
import type { Check } from '@lab/sdk';
import {
  ageMsMax,
  earlyShareMax,
  ratePerSecond,
  readers,
  replicas,
  restMs,
  statementsPerSecondMax,
  waitAfterDeathMsMax,
  waitMsMax,
  windowShareMax,
} from './figures.ts';
import { withOldPages } from './left-alone-pages.ts';

const id = (name: string): string => `cache-stampede/${name}`;
const lesson = (name: string): string => `lessons/stampedes#${name}`;
const requests = ['list'];

const crowds = {
  'cold-book': `${readers} readers asked at one instant, through three replicas, for the page of a book that was in no cache; the database took almost two seconds for it.`,
  'cold-list': `${readers} readers asked at one instant, through three replicas, for a page of the list that was in no cache; the database took most of a second for it.`,
};
const nothing = `${readers} readers asked at one instant, through three replicas, for a book that is not there, and 30 more after them, one by one.`;

export const checks: readonly Check[] = [
  steadyState({
    id: id('steady-state'),
    title: 'The shop answers its daily load',
    points: 5,
    lesson: lesson('steady-state'),
    requests,
    failedShareMax: 0.01,
  }),
  loadsCounted({
    id: id('one-load'),
    title: 'A page that many want is made once by each replica at the most',
    points: 15,
    lesson: lesson('one-load'),
    experiments: ['cold-book', 'life-begins', 'cold-list', 'whole-life'],
    loadsMax: replicas,
    circumstances: {
      ...crowds,
      'whole-life':
        'Fifteen readers came five times a second for one page, from when it might first be made again until its time was over; the database took a third of a second for it.',
    },
  }),
  readersAnswered({
    id: id('readers-are-answered'),
    title: 'Whoever waits for a page gets it, and soon',
    points: 15,
    lesson: lesson('readers-are-answered'),
    experiments: ['cold-book', 'cold-list', 'first-gives-up'],
    views: ['crowd'],
    waitMsMax,
    circumstances: {
      ...crowds,
      'first-gives-up':
        'Several readers waited for one page, and the first of them, for whom a replica had begun to make it, went away.',
    },
  }),
  readersAnswered({
    id: id('maker-may-die'),
    title: 'Who waits for a replica that dies is answered by another one',
    points: 10,
    lesson: lesson('maker-may-die'),
    experiments: ['loader-dies'],
    views: ['crowd'],
    waitMsMax: waitAfterDeathMsMax,
    circumstances: {
      'loader-dies': 'The replica that was making the page died, and readers of the other two waited for that page.',
    },
  }),
  readersAnswered({
    id: id('errors-are-not-kept'),
    title: 'An error is over when its cause is',
    points: 5,
    lesson: lesson('errors-are-not-kept'),
    experiments: ['database-gone'],
    views: ['database-back'],
    waitMsMax,
    circumstances: {
      'database-gone':
        'No replica could reach the database for a moment, and pages that were in no cache could not be made. A second after it was back they were asked for again.',
    },
  }),
  nothingIsRemembered(),
  renewedApart({
    id: id('ends-apart'),
    title: 'Pages that were made together do not end together',
    points: 10,
    lesson: lesson('ends-apart'),
    experiment: 'warmed-together',
    shareMax: windowShareMax,
  }),
  withOldPages(
    renewedInTime({
      id: id('copies-end'),
      title: 'A copy is of use, and ends',
      points: 5,
      lesson: lesson('copies-end'),
      experiment: 'warmed-together',
      ageMsMax,
      restMs,
      earlyShareMax,
    }),
  ),
  freshAfterWrite({
    id: id('fresh-after-save'),
    title: 'Who asks after a save is not given a page from before it',
    points: 5,
    lesson: lesson('fresh-after-save'),
    experiments: ['plain-save', 'held-load'],
    circumstances: {
      'plain-save': 'Nothing was slow or broken, and nobody else touched the book.',
      'held-load':
        'When the price was saved, one replica had read the row for the page and was still making it; it was asked for the page again after the save.',
    },
  }),
  shownAsAsked({
    id: id('own-page'),
    title: 'Everybody is shown the page that they asked for',
    points: 5,
    lesson: lesson('own-page'),
    experiment: 'side-by-side',
    view: 'side-by-side',
    circumstance: 'One replica made several pages at the same time: of two books, and the first pages of two shops.',
  }),
  readersAnswered({
    id: id('others-go-on'),
    title: 'Other pages do not wait for the one that is being made',
    points: 5,
    lesson: lesson('others-go-on'),
    experiments: ['cold-book', 'held-load'],
    views: ['beside'],
    waitMsMax,
    circumstances: {
      'cold-book': `While ${readers} readers waited for one page, others asked for a page that was in the cache.`,
      'held-load':
        'While one replica waited for the database to make one page, readers asked the others for a page that was in no cache, and this one for a page that was.',
    },
    fromStart: true,
  }),
  answersDuring({
    id: id('shop-survives-cache-loss'),
    title: 'Pages are answered while the cache is away',
    points: 5,
    lesson: lesson('shop-survives-cache-loss'),
    experiments: ['cache-cut', 'cache-hangs'],
    circumstances: {
      'cache-cut': 'no replica could connect to the cache',
      'cache-hangs': 'the cache answered nobody',
    },
    slowShareMax: 0.1,
    slowMs: waitMsMax,
  }),
  databaseBudget({
    id: id('database-budget'),
    title: 'The database is asked no more than it can take',
    points: 5,
    lesson: lesson('database-budget'),
    requests,
    statementsPerSecondMax,
    plannedPerSecond: ratePerSecond,
  }),
  keysExpire({
    id: id('entries-expire'),
    title: 'Nothing stays in the cache for ever',
    points: 5,
    lesson: lesson('entries-expire'),
    experiments: ['stored-keys'],
  }),
];

/** Both sides in one check: it is found out seldom that nothing is there, and everybody is told. */
function nothingIsRemembered(): Check {
  const facts = {
    id: id('nothing-is-remembered'),
    title: 'That there is no such book is found out once, too',
    points: 5,
    lesson: lesson('nothing-is-remembered'),
    experiments: ['nothing-there'],
  };
  const circumstances = { 'nothing-there': nothing };
  const loads = loadsCounted({ ...facts, loadsMax: replicas, circumstances });
  const answers = readersAnswered({ ...facts, views: [], viewsOfNothing: ['nothing'], waitMsMax, circumstances });
  return { ...facts, judge: (evidence) => [...loads.judge(evidence), ...answers.judge(evidence)] };
}
