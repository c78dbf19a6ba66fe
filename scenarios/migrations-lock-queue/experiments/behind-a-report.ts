import type { Experiment, ExperimentHandle, LockWatch, MigrationEnd, MigrationProcess, MigrationSite } from '@lab/sdk';
import { readSchema } from '../../shared/book-schema.ts';
import { waitsTable } from '../../shared/migration-rows.ts';
import { heldMsMax } from './held.ts';
import { longestQueueMs, type MigrationLog, openMigrationLog, runUntilDone, schemaTables } from './migration-log.ts';
import { openPeople } from './people.ts';

/** The tables that a report of a whole shop reads. */
export const reportTables = ['tenants', 'users', 'books', 'orders', 'order_lines', 'payments'];
/** One try and the pause after it. */
const heldMsMin = 3_000;
/** A queue that has stood for this long is judged already: the report need not go on. */
const queueMsEnough = 6_000;
/** The migration is done this long after the report at the latest. */
export const doneWithinMs = 60_000;
const triesMax = 4;
const pollMs = 100;
/** Saves that come after the migration show that the last gap has ended. */
const workOnMs = 700;

/**
 * The order that makes the outage certain: the report is open before the migration begins, so the migration cannot get
 * its lock, and people come all the time, so whoever asks for it has somebody behind them. Nothing is hoped for: the
 * report is not closed before the migration has given up, has been at it for as long as the story says, or has made a
 * queue that stood for so long that nothing can excuse it.
 */
export const behindAReport: Experiment = {
  id: 'behind-a-report',
  title: 'The migration comes while a long report is open, and people work',
  phase: 'disturb',
  // The others work on databases of their own: nobody of theirs stands in this queue.
  besideOthers: true,
  attemptsMax: 1,
  timeoutMs: heldMsMax + doneWithinMs + 25_000,
  run: async (h) => {
    const site = h.migrations.shop;
    const before = await readSchema(site);
    const log = openMigrationLog(behindAReport.id, site, before);
    const people = await openPeople(h);
    await using watch = await site.watchLocks();
    const report = await site.holdReport(reportTables);
    const heldFromMs = h.clock.nowMs();
    const working = people.work();
    // Where this attempt ends before it is waited for.
    working.catch(() => undefined);
    const first = await site.begin(['up']);
    const end = await whileHeld(h, { watch, first, heldFromMs });
    // Its answer while the report is open: nobody may say that it is done.
    const isDone = end === null ? false : await log.note({ startMs: first.startMs, end });
    const [reportAlive, seen] = [await report.isAlive(), watch.migrationSeen() !== null];
    await report.release();
    const heldToMs = h.clock.nowMs();
    const untilMs = heldToMs + doneWithinMs;
    if (!isDone) await goOn(h, site, { first: end === null ? first : null, log, untilMs });
    await h.clock.sleep(workOnMs);
    people.stop();
    await working;
    await watch.release();
    return {
      reached: true,
      // Whether it came to the database at all while the report was open: else nobody can have stood behind it.
      facts: { heldFromMs, heldToMs, doneMs: log.doneMs(), reportAlive, seen, books: before.books },
      tables: [
        waitsTable(behindAReport.id, watch.waits()),
        { table: 'migration-runs', rows: log.runs },
        ...(await schemaTables(behindAReport.id, site, before)),
      ],
    };
  },
};

interface Held {
  readonly watch: LockWatch;
  readonly first: MigrationProcess;
  readonly heldFromMs: number;
}

/** Resolves to the end of the run, where it ended by itself. */
async function whileHeld(h: ExperimentHandle, { watch, first, heldFromMs }: Held): Promise<MigrationEnd | null> {
  let end: MigrationEnd | null = null;
  for (;;) {
    const fromMs = h.clock.nowMs();
    end ??= await first.ended(pollMs);
    await h.clock.sleep(Math.max(1, fromMs + pollMs - h.clock.nowMs()));
    const heldMs = h.clock.nowMs() - heldFromMs;
    if (heldMs >= heldMsMax || longestQueueMs(watch.waits()) >= queueMsEnough) return end;
    if (end !== null && heldMs >= heldMsMin) return end;
  }
}

/** The run that is under way goes on; where it gives up, the deploy is tried again. */
async function goOn(
  h: ExperimentHandle,
  site: MigrationSite,
  {
    first,
    log,
    untilMs,
  }: {
    readonly first: MigrationProcess | null;
    readonly log: MigrationLog;
    readonly untilMs: number;
  },
): Promise<void> {
  if (first !== null) {
    const end = await first.ended(Math.max(0, untilMs - h.clock.nowMs()));
    if (end === null) await first.kill();
    if (await log.note({ startMs: first.startMs, end })) return;
  }
  await runUntilDone(h, site, { log, untilMs, triesMax, pauseMs: 1_000 });
}
