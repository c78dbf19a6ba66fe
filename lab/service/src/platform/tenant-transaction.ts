import pg from 'pg';
import { cancelWhenAborted, checkOut } from './abandonment.ts';
import { UncertainCommitError } from './database-errors.ts';
import type { Metrics } from './metrics.ts';
import type { Pool } from './postgres.ts';
import type { TenantContext, Usage } from './request-context.ts';

/** Statements inside one transaction. */
export interface Transaction {
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** Once the context's signal is aborted, a statement under way is cancelled, none is begun, and nothing is committed. */
export interface TenantDatabase {
  /** Runs `work` in a read-only transaction that sees the tenant's rows only. */
  read<T>(context: TenantContext, work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Same, for changes. Commits when `work` resolves, rolls back when it throws. Throws UncertainCommitError. */
  write<T>(context: TenantContext, work: (tx: Transaction) => Promise<T>): Promise<T>;
}

/** For the few statements that serve no single tenant. They see what a table's policies open to them, no more. */
export interface CrossTenantDatabase {
  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

interface DatabaseParts {
  readonly pool: Pool;
  readonly metrics: Metrics;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function createTenantDatabase(parts: DatabaseParts): TenantDatabase {
  const run = async <T>(begin: string, context: TenantContext, work: (tx: Transaction) => Promise<T>) => {
    const { tenantId, usage, signal } = context;
    // SET takes no parameters; the tenant id is the only value ever put into SQL text, so it is checked here too.
    if (!UUID.test(tenantId)) throw new Error('The tenant id is not a UUID.');
    const settings = { begin: `${begin}; SET LOCAL app.tenant_id = '${tenantId}'`, usage, signal };
    return await inTransaction(parts, settings, work);
  };
  return {
    read: (context, work) => run('BEGIN READ ONLY', context, work),
    write: (context, work) => run('BEGIN', context, work),
  };
}

export function createCrossTenantDatabase(parts: DatabaseParts): CrossTenantDatabase {
  const begin = "BEGIN; SET LOCAL app.across_tenants = 'on'";
  return { write: (work) => inTransaction(parts, { begin, usage: { queries: 0 } }, work) };
}

async function inTransaction<T>(
  { pool, metrics }: DatabaseParts,
  { begin, usage, signal }: TransactionSettings,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const client = await checkOut(pool, signal);
  const connection = trackHealth(client);
  const cancellation = cancelWhenAborted(client, signal);
  let mayBeCancelled = false;
  try {
    // One message for both statements saves a round trip on every request.
    await connection.query(begin);
    const result = await work({
      query: async (text, values = []) => {
        signal?.throwIfAborted();
        usage.queries += 1;
        const done = metrics.startQuery();
        return (await connection.query(text, values).finally(done)).rows;
      },
    });
    // COMMIT is never cancelled: what becomes of it must be known.
    mayBeCancelled = !(await cancellation.settle());
    signal?.throwIfAborted();
    await commit(connection);
    return result;
  } catch (error) {
    mayBeCancelled ||= !(await cancellation.settle());
    if (connection.isUsable()) await connection.query('ROLLBACK').catch(() => {}); // Seen by isUsable below.
    throw signal?.aborted && !(error instanceof UncertainCommitError) ? signal.reason : error;
  } finally {
    // A connection in an unknown state may still run a statement or deliver its reply to the next user: close it.
    client.release(mayBeCancelled || !connection.isUsable());
  }
}

interface TransactionSettings {
  readonly begin: string;
  readonly usage: Usage;
  readonly signal?: AbortSignal | undefined;
}

async function commit(connection: TrackedConnection): Promise<void> {
  const { command } = await connection.query('COMMIT').catch((error: unknown) => {
    // Only the server's own refusal is certain. A lost connection or a time-out leaves both outcomes open.
    throw connection.isUsable() ? error : new UncertainCommitError({ cause: error });
  });
  if (command !== 'COMMIT') throw new Error('The transaction was rolled back by an error that its work ignored.');
}

interface TrackedConnection {
  query(text: string, values?: readonly unknown[]): Promise<pg.QueryResult>;
  isUsable(): boolean;
}

function trackHealth(client: pg.PoolClient): TrackedConnection {
  let usable = true;
  return {
    async query(text, values) {
      try {
        return await (values ? client.query(text, [...values]) : client.query(text));
      } catch (error) {
        // After an ordinary error of the server the connection goes on; after anything else its state is unknown.
        usable &&= error instanceof pg.DatabaseError && error.severity === 'ERROR';
        throw error;
      }
    },
    isUsable: () => usable,
  };
}
