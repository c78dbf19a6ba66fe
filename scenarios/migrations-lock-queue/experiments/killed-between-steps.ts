import type { Experiment } from '@lab/sdk';
import { readSchema } from '../../shared/book-schema.ts';
import { laterStep } from './later-step.ts';
import { openMigrationLog, runUntilDone } from './migration-log.ts';

const doneMsMax = 20_000;
const triesMax = 3;

/**
 * A migration in several steps leaves the first one behind when it dies before the second. So the second is held before it
 * asks for anything, and the runner is killed there: whoever has done a step and written nothing down meets it again.
 */
export const killedBetweenSteps: Experiment = {
  id: 'killed-between-steps',
  title: 'The runner is killed between two steps of the migration, and run again',
  phase: 'disturb',
  besideOthers: true,
  attemptsMax: 2,
  timeoutMs: 60_000,
  run: async (h) => {
    const site = await h.migrations.copy();
    const before = await readSchema(site);
    const log = openMigrationLog(killedBetweenSteps.id, site, before);
    const statements = await site.watchStatements();
    const later = await statements.holdLater('public.books');
    await using watch = await site.watchLocks();
    const first = await site.begin(['up']);
    const point = await laterStep(h, watch, first);
    // A migration in one step has no such moment: it has ended, and says how.
    const end = point === 'ended' ? await first.ended(0) : await first.kill();
    const isDone = await log.note({ startMs: first.startMs, end: point === 'ended' ? end : null });
    await later.release();
    await watch.release();
    if (point === 'neither') return { reached: false, note: 'the migration neither came to a second step nor ended' };
    const untilMs = h.clock.nowMs() + doneMsMax;
    if (!isDone) await runUntilDone(h, site, { log, untilMs, triesMax, pauseMs: 500 });
    return { reached: true, facts: { point }, tables: [{ table: 'migration-runs', rows: log.runs }] };
  },
};
