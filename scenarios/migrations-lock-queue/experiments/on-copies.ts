import type { Experiment, ExperimentHandle, LockedWork, LockWatch, MigrationSite, TableDump } from '@lab/sdk';
import { changesBetween, readSchema } from '../../shared/book-schema.ts';
import { reportTables } from './behind-a-report.ts';
import { type MigrationLog, openMigrationLog, runUntilDone, schemaTables } from './migration-log.ts';

const doneMsMax = 20_000;
const triesMax = 3;
const queuedWithinMs = 6_000;
/** A runner that never stands in a queue is killed this long after it came to the database. */
const seenForMs = 800;
const pollMs = 20;

/**
 * The migrations alone with an untouched database: what they hold and read is counted by the server inside of their own
 * transactions, so neither this machine's speed nor a look at the right moment decides. Then once more.
 */
const onACopy: Experiment = {
  id: 'on-a-copy',
  title: 'The migrations run on a copy of the database, twice, and the server counts',
  phase: 'disturb',
  besideOthers: true,
  attemptsMax: 1,
  timeoutMs: 75_000,
  run: async (h) => {
    const site = await h.migrations.copy();
    const before = await readSchema(site);
    const statements = await site.watchStatements();
    const log = openMigrationLog(onACopy.id, site, before);
    const untilMs = h.clock.nowMs() + doneMsMax;
    await runUntilDone(h, site, { log, untilMs, triesMax, pauseMs: 200 });
    const tables = await schemaTables(onACopy.id, site, before);
    const work = await statements.lockedWork();
    // Who did not say that all is done is not asked to do nothing.
    const ranAgain = log.runs.at(-1)?.['exitCode'] === 0;
    const again = ranAgain ? await onceMore(site, log) : [];
    return {
      reached: true,
      facts: { doneMs: log.doneMs(), ranAgain, books: before.books },
      tables: [
        ...tables,
        { table: 'migration-runs', rows: log.runs },
        { table: 'schema-changes', rows: again },
        { table: 'locked-work', rows: await workRows(site, work) },
      ],
    };
  },
};

async function onceMore(site: MigrationSite, log: MigrationLog): Promise<TableDump['rows']> {
  const first = await readSchema(site);
  const run = await site.begin(['up']);
  const end = await run.ended(doneMsMax);
  if (end === null) await run.kill();
  await log.note({ startMs: run.startMs, end });
  const second = await readSchema(site);
  // A thing that is made anew is a change: it took a lock, and looked at rows, for nothing.
  const changes = changesBetween(first, second, { sameThings: true });
  return changes.map((change) => ({ experiment: onACopy.id, moment: 'again', ...change }));
}

async function workRows(site: MigrationSite, work: readonly LockedWork[]): Promise<TableDump['rows']> {
  const sizes = await site.query(
    `SELECT n.nspname || '.' || c.relname AS name, greatest(c.reltuples, 0)::bigint AS rows
     FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind = 'r'`,
  );
  const sizeOf = new Map(sizes.map((row) => [String(row['name']), Number(row['rows'])]));
  return work.map(({ transaction, commands, ...one }) => ({
    experiment: onACopy.id,
    transaction,
    ...one,
    rowsInTable: sizeOf.get(one.table) ?? 0,
    commands: commands.join(', '),
  }));
}

/**
 * The runner is killed at the one point where it certainly is in the middle of something: in the queue for its lock,
 * behind a report. Then the way is free, and it is run again.
 */
const killedInTheQueue: Experiment = {
  id: 'killed-in-the-queue',
  title: 'The runner is killed while it waits for its lock, and the migrations are run again',
  phase: 'disturb',
  besideOthers: true,
  attemptsMax: 2,
  timeoutMs: 60_000,
  run: async (h) => {
    const site = await h.migrations.copy();
    const before = await readSchema(site);
    const log = openMigrationLog(killedInTheQueue.id, site, before);
    await using watch = await site.watchLocks();
    const report = await site.holdReport(reportTables);
    const first = await site.begin(['up']);
    const point = await killPoint(h, watch, () => first.ended(0));
    const end = await first.kill();
    await log.note({ startMs: first.startMs, end: { ...end, exitCode: point === 'ended' ? end.exitCode : null } });
    await report.release();
    await watch.release();
    if (point === 'never') return { reached: false, note: 'the runner never came to the database' };
    const untilMs = h.clock.nowMs() + doneMsMax;
    await runUntilDone(h, site, { log, untilMs, triesMax, pauseMs: 500 });
    return { reached: true, facts: { point }, tables: [{ table: 'migration-runs', rows: log.runs }] };
  },
};

type KillPoint = 'queued' | 'seen' | 'ended' | 'never';

/** Waits until the runner stands behind the report, has been at it for a while without a queue, or has ended. */
async function killPoint(h: ExperimentHandle, watch: LockWatch, ended: () => Promise<unknown>): Promise<KillPoint> {
  const untilMs = h.clock.nowMs() + queuedWithinMs;
  for (;;) {
    if (watch.waits().some(({ who, behindReport }) => who === 'migration' && behindReport)) return 'queued';
    if ((await ended()) !== null) return 'ended';
    const seen = watch.migrationSeen();
    if (seen !== null && seen.lastMs - seen.firstMs > seenForMs) return 'seen';
    if (h.clock.nowMs() >= untilMs) return 'never';
    await h.clock.sleep(pollMs);
  }
}

export const onCopies: readonly Experiment[] = [onACopy, killedInTheQueue];
