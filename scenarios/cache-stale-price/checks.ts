import {
  agreesWithDatabase,
  answersDuring,
  databaseBudget,
  freshAfterWrite,
  keysExpire,
  steadyState,
  writesAnswer,
} from '@lab/checks';
import type { Check } from '@lab/sdk';
import { workload } from './workload.ts';

const id = (name: string): string => `cache-stale-price/${name}`;
const lesson = (name: string): string => `lessons/caching#${name}`;
const requests = ['detail', 'list', 'search', 'patch'];

/** Statements a second that the story allows. The reference needs about half; without a cache it is more than twice. */
export const statementsPerSecondMax = 60;
/** Saving may take this long at the median; the story says "within half a second". */
export const saveMedianMsMax = 500;
/** A book page may take this long while the cache is away. */
export const readWithoutCacheMsMax = 1_000;

export const checks: readonly Check[] = [
  steadyState({
    id: id('steady-state'),
    title: 'The shop answers its daily load',
    points: 5,
    lesson: lesson('steady-state'),
    requests,
    failedShareMax: 0.01,
  }),
  freshAfterWrite({
    id: id('fresh-everywhere'),
    title: 'A saved price shows at once, on every replica and every page',
    points: 10,
    lesson: lesson('fresh-everywhere'),
    experiments: ['plain-write', 'bulk-write', 'emptied-after'],
    rereads: ['reread'],
    circumstances: {
      'plain-write': 'Nothing was slow or broken, and nobody else touched the book.',
      'bulk-write': 'It was saved together with the price of another book, in one request for both.',
      'emptied-after':
        'Before the save all replicas had shown the book, and after it the cache was emptied, as by a restart: whatever was to tell an old copy from a new one is gone.',
    },
  }),
  freshAfterWrite({
    id: id('no-old-refill'),
    title: 'Readers during a save do not bring the old price back',
    points: 15,
    lesson: lesson('no-old-refill'),
    experiments: ['row-held', 'commit-held', 'emptied-midway'],
    rereads: ['reread'],
    circumstances: {
      'row-held': 'The save had been waiting for its row, and the book was read meanwhile through the other replicas.',
      'commit-held':
        'The save had been inside its COMMIT for a while, and the book was read meanwhile through the other replicas: they saw the row from before the commit.',
      'emptied-midway':
        'The save had been inside its COMMIT for a while. The cache was emptied meanwhile, as by a restart, and the book was read through the other replicas.',
    },
  }),
  freshAfterWrite({
    id: id('no-late-fill'),
    title: 'A slow reader does not overwrite a newer price',
    points: 20,
    lesson: lesson('no-late-fill'),
    experiments: ['late-fill', 'later-fill', 'late-reply', 'interleavings'],
    rereads: ['reread'],
    circumstances: {
      'late-fill':
        'A reader had missed the cache and read the row before the save; what it put into the cache arrived there right after the save was answered.',
      'later-fill':
        'A reader had missed the cache and read the row before the save; what it put into the cache arrived there a good while after the save was answered.',
      'late-reply':
        'A reader had missed the cache and read the row before the save. It had asked the cache something before filling, and got the answer, true when it was given, after the save.',
      interleavings: 'Six people saved and six read at random, with slow links to cache and database.',
    },
  }),
  agreesWithDatabase({
    id: id('last-save-wins'),
    title: 'Of two saves, the one that the database kept is shown',
    points: 10,
    lesson: lesson('last-save-wins'),
    experiments: ['two-writers', 'overtaken-writer'],
    reread: 'reread',
  }),
  freshAfterWrite({
    id: id('outage-is-not-hidden'),
    title: 'A save that could not reach the cache is not reported as done',
    points: 10,
    lesson: lesson('outage-is-not-hidden'),
    experiments: ['writer-cut', 'writer-held', 'writer-cut-midway', 'reader-cut', 'reader-held'],
    rereads: ['reread'],
    circumstances: {
      'writer-cut':
        'The replica that saved had lost its connection to the cache; the others had theirs. It may refuse the save, or take it and make it show, but not take it and leave the old price standing.',
      'writer-held':
        "The saving replica's connection to the cache stood, but nothing came back over it. It may refuse the save, or take it and make it show.",
      'writer-cut-midway':
        'The replica that saved reached the cache before its change and not after it, and the book was read in between.',
      'reader-cut':
        'The replica that was asked had lost its connection to the cache, so no message about the change could reach it.',
      'reader-held':
        'The connection of one replica to the cache stood, but nothing came over it any more: no message about the change could reach it, and nothing told it so.',
    },
  }),
  answersDuring({
    id: id('shop-survives-cache-loss'),
    title: 'Book pages are answered while the cache is away',
    points: 5,
    lesson: lesson('shop-survives-cache-loss'),
    experiments: ['cache-cut', 'cache-hangs'],
    circumstances: {
      'cache-cut': 'no replica could connect to the cache',
      'cache-hangs': 'the cache answered nobody',
    },
    slowShareMax: 0.05,
    slowMs: readWithoutCacheMsMax,
  }),
  databaseBudget({
    id: id('database-budget'),
    title: 'The database is asked no more than it can take',
    points: 15,
    lesson: lesson('database-budget'),
    requests,
    statementsPerSecondMax,
    plannedPerSecond: workload.ratePerSecond,
  }),
  writesAnswer({
    id: id('saves-are-answered'),
    title: 'Saves are taken, and soon',
    points: 5,
    lesson: lesson('saves-are-answered'),
    experiments: ['plain-write', 'bulk-write', 'row-held', 'commit-held', 'writer-cut'],
    request: 'patch',
    medianMsMax: saveMedianMsMax,
  }),
  keysExpire({
    id: id('entries-expire'),
    title: 'Nothing stays in the cache for ever',
    points: 5,
    lesson: lesson('entries-expire'),
    experiments: ['stored-keys'],
  }),
];
