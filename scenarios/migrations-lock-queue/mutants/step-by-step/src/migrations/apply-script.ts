import type pg from 'pg';
import type { Log } from '../platform/logger.ts';
import { buildIndex } from './concurrent-index.ts';
import { type OutsideStatement, outlineOf } from './outside-transaction.ts';
import type { Script } from './script.ts';

interface OutsideParts {
  readonly client: pg.Client;
  readonly sql: string;
  readonly outside: OutsideStatement;
  readonly statementTimeoutMs: number;
  /** The last run of this migration died, so a finished index may be its work. */
  readonly wasCutOff: boolean;
  /** How long the run may still wait for others. */
  readonly leftMs: number;
  readonly log: Pick<Log, 'warn'>;
}

/**
 * A migration that waits for a lock makes every later query of that table wait behind it, so it gives up after this
 * long, and traffic stands still for no longer.
 */
const LOCK_TIMEOUT_MS = 500;

/** Steps that need not be done again when a later one did not get its lock. */
const done = new Set<string>();

/** Tries once, from the first step on that is not done. Throws what PostgreSQL says. */
export async function applyInTransaction(
  client: pg.Client,
  { sql, statementTimeoutMs }: Pick<Script, 'sql' | 'statementTimeoutMs'>,
  record: () => Promise<void>,
): Promise<void> {
  // Each step is a transaction: VALIDATE must not keep the strong lock of the step before it.
  for (const step of sql.split(/^-- step$/m)) {
    if (done.has(step)) continue;
    await inTransaction(client, async () => {
      await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
      await client.query(`SET LOCAL statement_timeout = ${statementTimeoutMs}`);
      await client.query(step);
    });
    done.add(step);
  }
  await inTransaction(client, record);
}

/** Tries once. Throws what PostgreSQL says; to repeat it is safe. */
export async function applyOutside(parts: OutsideParts): Promise<void> {
  const { client, sql, outside, statementTimeoutMs, wasCutOff, leftMs, log } = parts;
  // CONCURRENTLY waits until older transactions have ended. Nobody waits behind it, and giving up would throw the build
  // away; so it may use up the patience of the whole run.
  const isConcurrent = /\bCONCURRENTLY\b/i.test(outlineOf(sql));
  const lockTimeoutMs = isConcurrent ? Math.max(Math.ceil(leftMs), LOCK_TIMEOUT_MS) : LOCK_TIMEOUT_MS;
  await client.query(`SET lock_timeout = ${lockTimeoutMs}; SET statement_timeout = ${statementTimeoutMs}`);
  // The extended protocol takes one statement only: several in one message would be a transaction.
  const statement = { text: sql, queryMode: 'extended' };
  const run = () => client.query(statement);
  try {
    if (outside.kind === 'repeatable') await run();
    else await buildIndex(client, { build: run, target: outside, wasCutOff, log });
  } finally {
    await resetTimeouts(client).catch(() => {}); // The connection is gone; the first error says more.
  }
}

/** For the runner's own statements. */
export async function resetTimeouts(client: pg.Client): Promise<void> {
  await client.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}; SET statement_timeout = 0`);
}

export async function inTransaction(client: pg.Client, work: () => Promise<void>): Promise<void> {
  try {
    await client.query('BEGIN');
    await work();
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {}); // The first error says more.
    throw error;
  }
}
