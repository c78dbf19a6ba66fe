import type { Experiment, ExperimentHandle, LockedWork, MigrationSite, TableDump } from '@lab/sdk';
import { changesBetween, readFlaws, readSchema } from '../../shared/book-schema.ts';
import { tenantSlug } from '../../shared/tenants.ts';
import { tryBooks } from './book-trials.ts';
import { readValues, valuesTable } from './book-values.ts';
import { openRollout } from './rollout.ts';
import { type Shelf, stageCopy } from './stage.ts';
import { readWork } from './work-counts.ts';

/** Rows a second, as the story has it: who works by key, a tenth of a second at a time, does more. */
export const paceMin = 1_000;
/** Whoever asks the whole server holds for the rushes of another experiment as well. */
export const doneMsMax = 85_000;
/** For one that goes on. */
const slowDoneMsMax = 130_000;
const againMsMax = 45_000;

/** One shop has four fifths of all books: what grows with the largest shop shows. */
const shelves: readonly Shelf[] = [
  ...Array.from({ length: 5 }, (_, index) => ({ slug: tenantSlug(index + 1), books: 2_000 })),
  { slug: tenantSlug(12), books: 40_000 },
];
export const rows = shelves.reduce((sum, { books }) => sum + books, 0);

/**
 * The rollout alone with a large table: the server counts the rows that it reads and writes, and notes what its
 * transactions do under strong locks. Then once more, when nothing is left to be done.
 */
export const onACopy: Experiment = {
  id: 'on-a-copy',
  title: 'The rollout runs on a quiet copy with a large shop, twice, and the server counts',
  phase: 'disturb',
  besideOthers: true,
  attemptsMax: 1,
  timeoutMs: 220_000,
  run: async (h) => {
    const site = await h.migrations.copy();
    const before = await readSchema(site);
    // Dear rows: whoever writes all of them under one lock holds it for seconds, on whatever machine.
    await stageCopy(site, { shelves, slow: true });
    const statements = await site.watchStatements();
    const rollout = openRollout(h, site, onACopy.id);
    const first = await readWork(h, site);
    await rollout.migrate();
    const isDone = await rollout.fill(h.clock.nowMs() + doneMsMax, h.clock.nowMs() + slowDoneMsMax);
    const work = await readWork(h, site);
    const locked = await statements.lockedWork();
    const values = await readValues(site);
    const [answers, flaws, after] = [await tryBooks(site), await readFlaws(site), await readSchema(site)];
    const again = isDone ? await onceMore(h, site) : null;
    const row = (one: object) => ({ experiment: onACopy.id, ...one });
    return {
      reached: true,
      facts: {
        rows,
        rowsRead: isDone ? work.read - first.read : null,
        doneMs: isDone ? h.clock.nowMs() : null,
        ranAgain: again !== null,
        writtenAgain: again?.written ?? null,
      },
      tables: [
        valuesTable(onACopy.id, values),
        { table: 'migration-runs', rows: rollout.rows },
        { table: 'schema-runs', rows: rollout.migrated },
        { table: 'locked-work', rows: locked.map(workRow) },
        { table: 'schema-answers', rows: answers.map(row) },
        { table: 'schema-flaws', rows: flaws.map(row) },
        {
          table: 'schema-changes',
          rows: changesBetween(before, after, { sameThings: false }).map((one) => row({ moment: 'done', ...one })),
        },
        { table: 'schema-changes', rows: again?.changes ?? [] },
        { table: 'repeated-runs', rows: again?.runs ?? [] },
      ],
    };
  },
};

interface Again {
  readonly written: number;
  readonly changes: TableDump['rows'];
  readonly runs: TableDump['rows'];
}

async function onceMore(h: ExperimentHandle, site: MigrationSite): Promise<Again> {
  const rollout = openRollout(h, site, onACopy.id);
  const [first, workFirst] = [await readSchema(site), await readWork(h, site)];
  await rollout.migrate();
  await rollout.fill(h.clock.nowMs() + againMsMax);
  const [second, workSecond] = [await readSchema(site), await readWork(h, site)];
  // A thing that is made anew is a change: it took a lock for nothing.
  const changes = changesBetween(first, second, { sameThings: true });
  return {
    written: workSecond.written - workFirst.written,
    changes: changes.map((change) => ({ experiment: onACopy.id, moment: 'again', ...change })),
    runs: [...rollout.migrated, ...rollout.rows],
  };
}

function workRow({ commands, ...one }: LockedWork): TableDump['rows'][number] {
  const rowsInTable = one.table === 'public.books' ? rows : 0;
  return { experiment: onACopy.id, ...one, rowsInTable, commands: commands.join(', ') };
}
