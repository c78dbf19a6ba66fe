import { setTimeout as sleep } from 'node:timers/promises';
import { writeMetricsFile } from '../migrations/metrics-file.ts';
import { TryLaterError } from '../migrations/migration-errors.ts';
import { withClient } from '../migrations/with-client.ts';
import { databaseProblem } from '../platform/database-errors.ts';
import type { Log } from '../platform/logger.ts';
import { type BackfillArguments, BackfillUsageError, parseBackfillArguments } from './backfill-arguments.ts';
import { type BackfillMetrics, createBackfillMetrics } from './backfill-metrics.ts';
import { readProgress, setPaused } from './backfill-repository.ts';
import type { BackfillSettings } from './backfill-variables.ts';
import type { Backfill } from './backfills.ts';
import { ISBN10_COLUMN } from './isbn10-column.ts';
import { runBackfill } from './run-backfill.ts';

export interface BackfillCommand {
  readonly argv: readonly string[];
  readonly databaseUrl: string;
  readonly settings: BackfillSettings;
  readonly backfills: readonly Backfill[];
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  readonly print: (text: string) => void;
  /** Aborted when the run is to end: after the batch in hand. */
  readonly signal: AbortSignal;
}

const DONE = 0;
const FAILED = 1;
/** EX_TEMPFAIL: another runner is at work, the database is away, or the run was told to stop. It goes on from there. */
const TRY_LATER = 75;
const NAME = 'shelfwise-backfill';
const METRICS_INTERVAL_MS = 2_000;

/** Runs one command of `bin/backfill.ts`. Resolves with the exit code. */
export async function backfillCommand(command: BackfillCommand): Promise<number> {
  const { argv, databaseUrl, backfills, log, print } = command;
  try {
    const given = parseBackfillArguments(argv, backfills);
    if (given.command === 'run') {
      await run(command, given);
    } else {
      await withClient({ url: databaseUrl, name: NAME }, async (client) => {
        if (given.command !== 'status') await setPaused(client, given.name, given.command === 'pause');
        print(`${JSON.stringify(await readProgress(client), undefined, 2)}\n`);
      });
    }
    return DONE;
  } catch (error) {
    const later = error instanceof TryLaterError || databaseProblem(error) !== undefined;
    if (error instanceof BackfillUsageError) log.error({}, error.message);
    else log.error({ err: error }, later ? 'backfill postponed' : 'backfill failed');
    return later ? TRY_LATER : FAILED;
  }
}

async function run(
  { databaseUrl, settings, log, signal }: BackfillCommand,
  { backfill, again, metricsFile }: Extract<BackfillArguments, { command: 'run' }>,
): Promise<void> {
  const metrics = createBackfillMetrics(backfill.name);
  await withClient({ url: databaseUrl, name: NAME }, async (client) => {
    const exporting = new AbortController();
    const exported = metricsFile
      ? exportMetrics(metricsFile, { databaseUrl, metrics, log, signal: exporting.signal })
      : Promise.resolve();
    try {
      if (backfill.name === 'book-isbn10') await client.query(ISBN10_COLUMN);
      await runBackfill({ client, backfill, settings, metrics, log, signal, again });
    } finally {
      exporting.abort();
      await exported;
    }
  });
}

interface ExportParts {
  readonly databaseUrl: string;
  readonly metrics: BackfillMetrics;
  readonly log: Pick<Log, 'warn'>;
  readonly signal: AbortSignal;
}

/** Now and then until it is told to stop, and once more after that. The backfill counts, whether or not this works. */
async function exportMetrics(file: string, { databaseUrl, metrics, log, signal }: ExportParts): Promise<void> {
  for (let last = false; ; ) {
    try {
      const progress = await withClient({ url: databaseUrl, name: NAME }, readProgress);
      await writeMetricsFile(file, await metrics.render(progress));
    } catch (error) {
      log.warn({ err: error, file }, 'metrics not written');
    }
    if (last) return;
    await sleep(METRICS_INTERVAL_MS, undefined, { signal }).catch(() => {}); // Told to stop.
    last = signal.aborted;
  }
}
