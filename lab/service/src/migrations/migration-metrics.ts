import type pg from 'pg';
import { Counter, Gauge, Registry } from 'prom-client';
import { findInvalidIndexes } from './concurrent-index.ts';
import type { Migration } from './migration-files.ts';

interface RunCount {
  readonly direction: string;
  readonly outcome: string;
  readonly count: number;
}

const COUNTS = `
  SELECT direction, COALESCE(outcome, 'running') AS outcome, count(*)::integer AS count
  FROM migration_runs GROUP BY direction, COALESCE(outcome, 'running')`;
const DURATIONS = `
  SELECT DISTINCT ON (number) number, extract(epoch FROM finished_at - started_at)::float8 AS seconds
  FROM migration_runs WHERE outcome = 'succeeded' AND direction = 'up' ORDER BY number, id DESC`;
const APPLIED = 'SELECT number FROM schema_migrations ORDER BY number';

/**
 * All that the records tell, as Prometheus text. A program that ends cannot be scraped, so the database keeps the
 * counts, and the node exporter's textfile collector shows them.
 */
export async function renderMigrationMetrics(client: pg.Client, files: readonly Migration[]): Promise<string> {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, value: number) => new Gauge({ name, help, registers }).set(value);
  if (!(await hasRecords(client))) {
    gauge('migrations_pending', 'Migrations that are not applied.', files.length);
    return await registry.metrics();
  }

  const started = new Counter({
    name: 'migrations_started_total',
    help: 'Runs of migrations.',
    labelNames: ['direction'],
    registers,
  });
  const ended = new Counter({
    name: 'migrations_ended_total',
    help: 'Runs of migrations that have ended, by outcome.',
    labelNames: ['direction', 'outcome'],
    registers,
  });
  for (const { direction, outcome, count } of (await client.query<RunCount>(COUNTS)).rows) {
    started.inc({ direction }, count);
    if (outcome !== 'running') ended.inc({ direction, outcome }, count);
  }
  const durations = new Gauge({
    name: 'migration_duration_seconds',
    help: 'Time that a migration took when it was last applied.',
    labelNames: ['number'],
    registers,
  });
  for (const { number, seconds } of (await client.query<{ number: number; seconds: number }>(DURATIONS)).rows) {
    durations.set({ number }, seconds);
  }
  const applied = (await client.query<{ number: number }>(APPLIED)).rows;
  gauge('migrations_newest', 'Number of the newest migration that is applied.', applied.at(-1)?.number ?? 0);
  gauge('migrations_pending', 'Migrations that are not applied.', files.length - applied.length);
  gauge('invalid_indexes', 'Indexes that cost writes and serve no read.', (await findInvalidIndexes(client)).length);
  return await registry.metrics();
}

async function hasRecords(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>("SELECT to_regclass('migration_runs') IS NOT NULL AS there");
  return rows[0]?.there === true;
}
