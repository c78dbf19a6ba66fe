import type pg from 'pg';
import type { Log } from '../platform/logger.ts';
import { MigrationError } from './migration-errors.ts';
import type { OutsideStatement } from './outside-transaction.ts';

type IndexTarget = Extract<OutsideStatement, { kind: 'create-index' }>;

interface IndexBuild {
  readonly build: () => Promise<unknown>;
  readonly target: IndexTarget;
  /** The last run of this migration died, so a finished index may be its work. */
  readonly wasCutOff: boolean;
  readonly log: Pick<Log, 'warn'>;
}

interface FoundIndex {
  /** Quoted, with its schema. */
  readonly name: string;
  readonly valid: boolean;
}

const FIND = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name, i.indisvalid AS valid
  FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE i.indrelid = to_regclass($1) AND c.relname = $2`;
// The index of a partitioned table itself is invalid until each partition has one.
const INVALID = `
  SELECT i.indexrelid::regclass::text AS name
  FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid WHERE NOT i.indisvalid AND c.relkind = 'i'`;

/**
 * Builds an index without stopping writes. What a failed or cut-off build left behind is dropped before: PostgreSQL
 * keeps it up to date with every write, and never reads it. When this throws, an invalid index may be there again.
 */
export async function buildIndex(client: pg.Client, { build, target, wasCutOff, log }: IndexBuild): Promise<void> {
  const found = await findIndex(client, target);
  if (found?.valid) {
    if (!wasCutOff) throw new MigrationError(`the index ${found.name} is there already, and no run of it built that.`);
    log.warn({ index: found.name }, 'index was finished by a runner that died right after');
    return;
  }
  if (found) await drop(client, found, log);
  await build();
  const built = await findIndex(client, target);
  if (!built?.valid) throw new MigrationError(`the index ${target.index} is not valid after its build.`);
}

/** For a build that failed for good. */
export async function dropIfInvalid(client: pg.Client, { target, log }: Pick<IndexBuild, 'target' | 'log'>) {
  const found = await findIndex(client, target);
  if (found && !found.valid) await drop(client, found, log);
}

/** Names of all invalid indexes of the database. */
export async function findInvalidIndexes(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(INVALID);
  return rows.map(({ name }) => name);
}

async function findIndex(client: pg.Client, { table, index }: IndexTarget): Promise<FoundIndex | undefined> {
  return (await client.query<FoundIndex>(FIND, [table, index])).rows[0];
}

async function drop(client: pg.Client, { name }: FoundIndex, log: IndexBuild['log']): Promise<void> {
  log.warn({ index: name }, 'invalid index dropped before it is built again');
  await client.query(`DROP INDEX CONCURRENTLY ${name}`);
}
