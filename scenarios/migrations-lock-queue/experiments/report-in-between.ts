import type { Experiment, ExperimentHandle, LockWatch, MigrationProcess, MigrationSite } from '@lab/sdk';
import { readSchema } from '../../shared/book-schema.ts';
import { waitsTable } from '../../shared/migration-rows.ts';
import { reportTables } from './behind-a-report.ts';
import { laterStep } from './later-step.ts';
import { longestQueueMs, openMigrationLog, runUntilDone } from './migration-log.ts';

/** Somebody who waits without a limit waits for all of it. */
const heldMsMax = 5_000;
/** A queue that has stood for this long is judged already. */
const queueMsEnough = 3_500;
const doneMsMax = 15_000;
const pollMs = 20;

/**
 * A migration in several steps asks for its locks several times, and a limit may be in force for the first one alone: it
 * was set in one file, reset after one statement, or lost with a session. So the second step is held before it asks for
 * anything, a report is opened, and the step is let go: it meets the report for certain. A migration in one step has no
 * such moment, and a step that lets everybody pass is through while the report is open; nobody stands behind either.
 */
export const reportInBetween: Experiment = {
  id: 'report-in-between',
  title: 'A report is opened between two steps of the migration',
  phase: 'disturb',
  besideOthers: true,
  attemptsMax: 2,
  timeoutMs: 60_000,
  run: async (h) => {
    const site = await h.migrations.copy();
    const before = await readSchema(site);
    const log = openMigrationLog(reportInBetween.id, site, before);
    const statements = await site.watchStatements();
    const later = await statements.holdLater('public.books');
    await using watch = await site.watchLocks();
    const run = await site.begin(['up']);
    const point = await laterStep(h, watch, run);
    if (point === 'neither') return { reached: false, note: 'the migration neither came to a second step nor ended' };
    const readers = openReaders(h, site);
    const report = await site.holdReport(reportTables);
    await later.release();
    if (point === 'held') await whileHeld(h, watch, run);
    await report.release();
    readers.stop();
    await readers.ended;
    const end = await run.ended(doneMsMax);
    if (end === null) await run.kill();
    const isDone = await log.note({ startMs: run.startMs, end });
    const untilMs = h.clock.nowMs() + doneMsMax;
    if (!isDone) await runUntilDone(h, site, { log, untilMs, triesMax: 2, pauseMs: 500 });
    return {
      reached: true,
      facts: { point, doneMs: log.doneMs() },
      tables: [waitsTable(reportInBetween.id, watch.waits()), { table: 'migration-runs', rows: log.runs }],
    };
  },
};

async function whileHeld(h: ExperimentHandle, watch: LockWatch, run: MigrationProcess): Promise<void> {
  const untilMs = h.clock.nowMs() + heldMsMax;
  while (h.clock.nowMs() < untilMs && longestQueueMs(watch.waits()) < queueMsEnough) {
    if ((await run.ended(0)) !== null) return;
    await h.clock.sleep(pollMs);
  }
}

/** The copy has no customers: somebody has to come, or nobody would stand in the queue. */
function openReaders(h: ExperimentHandle, site: MigrationSite): { readonly ended: Promise<void>; stop(): void } {
  let isOver = false;
  const read = async (): Promise<void> => {
    while (!isOver && !h.signal.aborted) {
      // Who waits for too long is refused, as a customer is; the wait was seen.
      await site.query('SELECT title FROM books LIMIT 1').catch(() => undefined);
      await h.clock.sleep(pollMs);
    }
  };
  return {
    ended: read(),
    stop: () => {
      isOver = true;
    },
  };
}
