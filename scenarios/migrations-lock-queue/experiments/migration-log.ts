import type { ExperimentHandle, LockWait, MigrationEnd, MigrationSite, TableDump } from '@lab/sdk';
import { changesBetween, readFlaws, readSchema, type SchemaState } from '../../shared/book-schema.ts';
import { lastWordsOf } from '../../shared/migration-rows.ts';
import { missingDemands, tryStatements } from './book-trials.ts';

type Row = TableDump['rows'][number];

/** What an experiment's runs of the migrations came to, as rows of the evidence. */
export interface MigrationLog {
  /** Notes a run that has ended, or that the lab has given up on. Resolves to true when it did all that was asked for. */
  note(run: { readonly startMs: number; readonly end: MigrationEnd | null }): Promise<boolean>;
  readonly runs: readonly Row[];
  /** When the first run that did all of it ended; null when none did. */
  doneMs(): number | null;
}

export function openMigrationLog(experiment: string, site: MigrationSite, before: SchemaState): MigrationLog {
  const runs: Row[] = [];
  let doneMs: number | null = null;
  return {
    runs,
    doneMs: () => doneMs,
    note: async ({ startMs, end }) => {
      // Only who says that everything is there is asked whether it is.
      const missing = end?.exitCode === 0 ? await missingDemands(site, before) : null;
      const isDone = missing === 0;
      if (isDone) doneMs ??= end?.endMs ?? null;
      runs.push({
        experiment,
        startMs,
        endMs: end?.endMs ?? null,
        exitCode: end?.exitCode ?? null,
        missing,
        lastWords: lastWordsOf(end?.tail ?? []),
      });
      return isDone;
    },
  };
}

/** Runs the migrations, and again where a run gives up, until all is done or the time or the tries are over. */
export async function runUntilDone(
  h: ExperimentHandle,
  site: MigrationSite,
  options: {
    readonly log: MigrationLog;
    readonly untilMs: number;
    readonly triesMax: number;
    readonly pauseMs: number;
  },
): Promise<boolean> {
  const { log, untilMs, triesMax, pauseMs } = options;
  for (let tries = 0; tries < triesMax && h.clock.nowMs() < untilMs; tries += 1) {
    if (tries > 0) await h.clock.sleep(pauseMs);
    const run = await site.begin(['up']);
    const end = await run.ended(Math.max(0, untilMs - h.clock.nowMs()));
    if (end === null) await run.kill();
    if (await log.note({ startMs: run.startMs, end })) return true;
  }
  return false;
}

/** The schema as it is now: what was tried on it, what is half done in it, and what has changed. */
export async function schemaTables(
  experiment: string,
  site: MigrationSite,
  before: SchemaState,
): Promise<readonly TableDump[]> {
  const [answers, flaws, after] = [await tryStatements(site, before), await readFlaws(site), await readSchema(site)];
  const changes = changesBetween(before, after, { sameThings: false });
  return [
    { table: 'schema-answers', rows: answers.map((answer) => ({ experiment, ...answer })) },
    { table: 'schema-flaws', rows: flaws.map((flaw) => ({ experiment, ...flaw })) },
    { table: 'schema-changes', rows: changes.map((change) => ({ experiment, moment: 'done', ...change })) },
  ];
}

/** The longest time so far that people stood behind one wait of the migration. */
export function longestQueueMs(waits: readonly LockWait[]): number {
  const queue = waits.filter(({ behindMigration }) => behindMigration);
  const stood = waits.filter(
    (one) => one.who === 'migration' && queue.some(({ startMs, endMs }) => startMs < one.endMs && endMs > one.startMs),
  );
  return Math.max(0, ...[...queue, ...stood].map(({ startMs, endMs }) => endMs - startMs));
}
