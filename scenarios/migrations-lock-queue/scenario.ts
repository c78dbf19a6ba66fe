import { defineScenario } from '@lab/sdk';
import { checks, gapMsMax, openShareMin, queuedMsMax } from './checks.ts';
import { doneWithinMs } from './experiments/behind-a-report.ts';
import { bindings, defaultBinding } from './experiments/book-trials.ts';
import { heldMsMax } from './experiments/held.ts';
import { experiments } from './experiments.ts';
import { hints } from './hints.ts';
import { variants } from './variants.ts';
import { workload } from './workload.ts';

export const scenario = defineScenario({
  id: 'migrations-lock-queue',
  family: 'migrations',
  title: 'One line, three milliseconds, and the shop stood still for a minute',
  level: 'standard',
  minutes: 60,
  lesson: 'lessons/migrations',
  story: {
    text: [
      'Tuesday, 11:20. The release brings bindings: a book is a paperback, a hardback or an ebook. Its migration is one line, `migrations/0100_book_bindings.sql`. In staging it took 3 ms. In production every page that is not in the cache, every save and every order stood still, for one whole minute. Then the migration failed by itself, and the shop went on as if nothing had been.',
      'The database was bored: no CPU, no disk, no error in its log but the one of the migration. The dashboard shows dozens of sessions that wait, most of them to read. The analysts swear that they only read, too: their quarterly report was open from 11:17 until 11:31.',
      'The release is still to go out, at noon, and the analysts have another report. Bring the bindings in. The file was never applied anywhere, so you may change it, and add others beside it; the runner is yours too. The lab will run `bin/migrate.ts up`.',
    ],
    budgets: [
      `In the end the database itself refuses every binding but ${bindings.join(', ')}, and a book without one, for old books and new ones. Books that are there today become a ${defaultBinding}, and so does one that is added by the version that runs now, which names no binding. No constraint is left unvalidated and no index invalid, and nothing that is there today is missing.`,
      `Reports of ${heldMsMax / 1_000} seconds are open at any time of the day, and go on to their end. While one keeps the migration from its lock, nobody stands in a queue behind it for longer than ${queuedMsMax / 1_000} seconds at one time, no request fails, and for ${openShareMin * 100} % of that time whoever comes need not queue at all.`,
      `The migration may wait in other ways, or give up and be run again. It is done within ${doneWithinMs / 1_000} seconds after the report was closed, in a shop as busy as always, and until then no save waits for longer than ${gapMsMax / 1_000} second.`,
      'Books will be a hundred million one day: how long people are kept out must not grow with the table.',
      'Exit code 0 means that all of it is there, anything else that the deploy stops. Run a second time, it changes nothing. Killed at any moment, the next run does the rest.',
    ],
  },
  stack: {
    parts: ['postgres', 'redis-cache', 'toxiproxy'],
    replicas: { api: 2 },
    migrations: 'in-experiments',
  },
  editable: [
    'src/**',
    'bin/**',
    'migrations/**',
    // Named in full: it was applied nowhere, and may be changed.
    'migrations/0100_book_bindings.sql',
    'migrations/0100_book_bindings.down.sql',
  ],
  startWith: ['src/migrations/apply-script.ts', 'src/migrations/run-migrations.ts', 'src/migrations/script.ts'],
  workload,
  experiments,
  checks,
  hints,
  variants,
});
