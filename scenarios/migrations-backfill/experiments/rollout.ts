import type { ExperimentHandle, MigrationEnd, MigrationProcess, MigrationSite, TableDump } from '@lab/sdk';
import { lastWordsOf } from '../../shared/migration-rows.ts';
import { backfillName, readValues } from './book-values.ts';

type Row = TableDump['rows'][number];

/** EX_TEMPFAIL: whoever runs the job runs it again. */
export const tryLaterCode = 75;
/** So long after it has ended with that code. */
export const againAfterMs = 1_000;
/** A run that fails in another way is tried again so often. */
const failuresMax = 2;
const migrateMsMax = 20_000;
/** Within this time something is done, or nothing is. */
const goesOnMs = 5_000;

/** The two programs of the rollout on one database, and what each run of them came to. */
export interface Rollout {
  /** Of the backfill. */
  readonly rows: readonly Row[];
  /** Of the migrations. */
  readonly migrated: readonly Row[];
  /** `bin/migrate.ts up`, to its end. Resolves to false where it did not end with exit 0. */
  migrate(): Promise<boolean>;
  /** Begins the backfill. It is run again where it says that it is to be, until `stop` or the end. */
  begin(): Promise<BackfillRuns>;
  /**
   * Runs the backfill to its end, at most until then, and for as long afterwards as each look finds fewer rows without
   * their value, until `lastMs`: a busy machine is slow. Resolves to true for exit 0.
   */
  fill(untilMs: number, lastMs?: number): Promise<boolean>;
}

export interface BackfillRuns {
  /** True once it has ended for good, in whatever way; it is waited for `withinMs`. */
  isOver(withinMs: number): Promise<boolean>;
  /**
   * SIGKILL for the run that is under way, and no other is begun. Resolves to false where there was none. `why` stands in
   * the place of its last words.
   */
  kill(why?: string): Promise<boolean>;
}

interface Noted {
  readonly startMs: number;
  readonly end: MigrationEnd | null;
  readonly why?: string;
}

export function openRollout(h: ExperimentHandle, site: MigrationSite, experiment: string): Rollout {
  const rows: Row[] = [];
  const migrated: Row[] = [];
  const note = async (program: string, { startMs, end, why }: Noted): Promise<void> => {
    const isFilled = program === 'backfill' && end?.exitCode === 0;
    const values = isFilled ? await readValues(site) : null;
    (program === 'backfill' ? rows : migrated).push({
      experiment,
      program,
      startMs,
      endMs: end?.endMs ?? null,
      exitCode: end?.exitCode ?? null,
      // Only who says that every row has its value is asked whether it has.
      missing: values === null ? null : values.missing + values.wrong,
      lastWords: why ?? lastWordsOf(end?.tail ?? []),
    });
  };
  const begin = (): Promise<BackfillRuns> =>
    beginRuns({
      h,
      start: () => site.begin(['run', backfillName], 'bin/backfill.ts'),
      note: (noted) => note('backfill', noted),
    });
  return {
    rows,
    migrated,
    begin,
    migrate: async () => {
      const run = await site.begin(['up']);
      const end = await run.ended(migrateMsMax);
      if (end === null) await run.kill();
      await note('migrate', { startMs: run.startMs, end });
      return end?.exitCode === 0;
    },
    fill: async (untilMs, lastMs = untilMs) => {
      const runs = await begin();
      let isOver = await runs.isOver(Math.max(1, untilMs - h.clock.nowMs()));
      let left = Number.POSITIVE_INFINITY;
      while (!isOver && h.clock.nowMs() < lastMs) {
        const { missing, wrong } = await readValues(site);
        if (missing + wrong >= left) break;
        left = missing + wrong;
        isOver = await runs.isOver(Math.min(goesOnMs, Math.max(1, lastMs - h.clock.nowMs())));
      }
      if (!isOver) await runs.kill();
      return rows.at(-1)?.['exitCode'] === 0;
    },
  };
}

interface RunsParts {
  readonly h: ExperimentHandle;
  start(): Promise<MigrationProcess>;
  note(noted: Noted): Promise<void>;
}

const lookEveryMs = 200;

async function beginRuns({ h, start, note }: RunsParts): Promise<BackfillRuns> {
  let isStopped = false;
  let isEnded = false;
  let current = await start();
  const watch = async (): Promise<void> => {
    for (let failures = 0; ; ) {
      const run = current;
      const end = await run.ended(lookEveryMs);
      if (isStopped || h.signal.aborted) return;
      if (end === null) continue;
      await note({ startMs: run.startMs, end });
      if (end.exitCode !== tryLaterCode) failures += 1;
      if (end.exitCode === 0 || failures > failuresMax) return;
      await h.clock.sleep(againAfterMs);
      if (isStopped || h.signal.aborted) return;
      current = await start();
    }
  };
  const watching = watch().finally(() => {
    isEnded = true;
  });
  // Where this attempt ends before it is waited for.
  watching.catch(() => undefined);
  return {
    isOver: async (withinMs) => {
      const untilMs = h.clock.nowMs() + withinMs;
      while (!isEnded && h.clock.nowMs() < untilMs) {
        await h.clock.sleep(Math.min(50, Math.max(1, untilMs - h.clock.nowMs())));
      }
      if (isEnded) await watching;
      return isEnded;
    },
    kill: async (why) => {
      if (isEnded) return false;
      isStopped = true;
      const run = current;
      const isAlive = (await run.ended(0)) === null;
      // At once: it is to die where it is now.
      if (isAlive) await run.kill();
      await watching;
      if (isAlive) await note({ startMs: run.startMs, end: null, ...(why === undefined ? {} : { why }) });
      return isAlive;
    },
  };
}
