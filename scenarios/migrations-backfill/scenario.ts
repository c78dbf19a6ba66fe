import { defineScenario } from '@lab/sdk';
import { checks, lostRowsMax, openMsMax, readTimesMax, rushShareMax, waitMsMax } from './checks.ts';
import { heldMs } from './experiments/at-noon.ts';
import { backfillName } from './experiments/book-values.ts';
import { paceMin } from './experiments/on-a-copy.ts';
import { tryLaterCode } from './experiments/rollout.ts';
import { noticedWithinMs, resumeWithinMs, rushSessions } from './experiments/rush-hour.ts';
import { experiments } from './experiments.ts';
import { hints } from './hints.ts';
import { variants } from './variants.ts';
import { workload } from './workload.ts';

const seconds = (ms: number): string => `${ms / 1_000} ${ms === 1_000 ? 'second' : 'seconds'}`;

export const scenario = defineScenario({
  id: 'migrations-backfill',
  family: 'migrations',
  title: 'At noon checkout crawled, and the script was killed half-way',
  level: 'standard',
  minutes: 75,
  lesson: 'lessons/migrations',
  story: {
    text: [
      'Thursday. The partners want to find books by their ISBN-10. The new column `isbn10` of `books` is empty for a million of them, and `bin/backfill.ts run book-isbn10` is to fill it. It was begun at 11:40. From a little before noon on, orders took seconds, and then they failed, first in one shop, then in the next. The database had time, and most of the sessions in it were waiting.',
      'At 12:10 somebody killed the script, half-way. Within a second everything was as always. Then the partners called: there was not one ISBN-10, not even for the shops whose turn had come. It was begun again, and at 12:35 killed again.',
      'In staging it had taken eleven seconds. “It works in batches of a thousand, with a pause”, says the one who wrote it, and who reviewed it says so too. Both are right. Make it something that can be run at noon.',
    ],
    budgets: [
      `The rollout is two programs: \`bin/migrate.ts up\`, then \`bin/backfill.ts run ${backfillName}\`. Exit 0 of the second means that all of it is there; ${tryLaterCode} means “not now”, and whoever runs jobs begins it again a second later.`,
      'In the end each book with a 13-digit ISBN that begins with 978 has its ISBN-10, one with an ISBN of ten digits has that, and every other has none (NULL). It is so for books of before, for those that come meanwhile, and when an ISBN is corrected, by the version of the shop that runs now and knows nothing of it. The value is to be had as `books.isbn10`.',
      `No transaction of the backfill is open for longer than ${seconds(openMsMax)}, and nobody waits for longer than ${seconds(waitMsMax)} for something that it has locked. In production a thousand books take a tenth of a second to a fifth, and the stocktakers’ app holds books here and there for ${seconds(heldMs)}.`,
      `A rush is when more than ${rushSessions.transactions - 4} transactions of others are under way; some of them wait for each other then. ${seconds(noticedWithinMs)} after it began, the backfill does at most ${rushShareMax * 100} % of the rows a second that it does else; ${seconds(resumeWithinMs)} after it is over, it has gone on. In quiet hours there are fewer than ten, and it gets on by ${paceMin.toLocaleString('en-US')} books a second at least, from its beginning to its end.`,
      `It may be killed at any moment. At most ${lostRowsMax.toLocaleString('en-US')} rows are written in vain or twice by that, and the next run does the rest.`,
      `One day there will be a hundred million books. The backfill reads each row at most ${readTimesMax} times on average, also where one shop has most of them, and nobody is kept out of the table while rows are read. When all is done, a second run of both programs ends with exit 0 and writes nothing.`,
    ],
  },
  stack: {
    parts: ['postgres', 'redis-cache', 'toxiproxy'],
    replicas: { api: 2 },
    migrations: 'in-experiments',
  },
  editable: ['src/**', 'bin/**', 'migrations/**'],
  startWith: ['src/backfill/run-backfill.ts', 'src/backfill/backfills.ts', 'src/backfill/backfill-repository.ts'],
  workload,
  experiments,
  checks,
  hints,
  variants,
});
