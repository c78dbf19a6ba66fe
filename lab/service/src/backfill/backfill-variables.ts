import * as z from 'zod';
import {
  type Environment,
  integer,
  milliseconds,
  parseEnvironment,
  postgresUrl,
} from '../platform/config/environment.ts';

/** Of `bin/backfill.ts`. The limits are the highest values at which it goes on working. */
export const backfillVariables = {
  BACKFILL_BATCH_MS: integer({ min: 5, max: 500, fallback: '100' }),
  BACKFILL_BATCH_ROWS_MAX: integer({ min: 10, max: 100_000, fallback: '5000' }),
  BACKFILL_PAUSE_MS: milliseconds(0, '100'),
  BACKFILL_TRANSACTIONS_MAX: integer({ min: 0, max: 10_000, fallback: '10' }),
  BACKFILL_WAITING_MAX: integer({ min: 0, max: 10_000, fallback: '2' }),
  BACKFILL_LAG_MS_MAX: milliseconds(0, '1500'),
  BACKFILL_LATENCY_MS_MAX: milliseconds(1, '100'),
};

const variablesSchema = z.object(backfillVariables);
const schema = variablesSchema.extend({ DATABASE_MIGRATION_URL: postgresUrl });

export type BackfillSettings = ReturnType<typeof backfillSettings>;

export function backfillSettings(values: z.output<typeof variablesSchema>) {
  return {
    targetMs: values.BACKFILL_BATCH_MS,
    rowsMax: values.BACKFILL_BATCH_ROWS_MAX,
    pauseMs: values.BACKFILL_PAUSE_MS,
    transactionsMax: values.BACKFILL_TRANSACTIONS_MAX,
    waitingMax: values.BACKFILL_WAITING_MAX,
    lagMsMax: values.BACKFILL_LAG_MS_MAX,
    latencyMsMax: values.BACKFILL_LATENCY_MS_MAX,
  };
}

/** Configuration of `bin/backfill.ts`. Throws ConfigurationError. */
export function parseBackfillConfig(environment: Environment) {
  const values = parseEnvironment(schema, environment);
  return Object.freeze({ databaseUrl: values.DATABASE_MIGRATION_URL, settings: backfillSettings(values) });
}
