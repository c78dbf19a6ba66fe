import { type Held, type HeldRows, LabError } from '@lab/sdk';
import { type Client, DatabaseError } from 'pg';
import { ignore } from '../questions.ts';

/** In a transaction of this session, which ends with the release. */
export async function holdRows(session: Client, sql: string, params: readonly unknown[] = []): Promise<HeldRows> {
  try {
    await session.query('BEGIN');
    const { rows } = await session.query(sql, [...params]);
    let end = 'ROLLBACK';
    const release = releaseOnce(async () => {
      await session.query(end).catch(ignore);
      await session.end().catch(ignore);
    });
    return {
      rows: rows.length,
      change: (change, values = []) => changeWithin(session, change, values),
      commit: async () => {
        end = 'COMMIT';
        await release();
      },
      release,
      [Symbol.asyncDispose]: release,
    };
  } catch (cause) {
    await session.end().catch(ignore);
    throw new LabError('E_BARRIER_LOCK', { message: 'The lab could not lock its rows.', cause });
  }
}

/** Whoever holds something for the lab's change may wait for what the lab holds: it gives up before that is a deadlock. */
async function changeWithin(session: Client, sql: string, params: readonly unknown[]): Promise<boolean> {
  await session.query("SAVEPOINT lab; SET LOCAL lock_timeout = '200ms'");
  if (await isDone(session, sql, params)) return true;
  await session.query('ROLLBACK TO lab');
  return false;
}

/** Long enough to be no load, short enough to end soon after the release. */
const transactionSeconds = 0.25;
/** Nothing of the service's has it. */
const rushLock = '4247, 0';

/**
 * What the busiest hour looks like to whoever asks the server: transactions under way that are none of the asker's login,
 * and sessions that wait for a lock. They sleep, so the machine has as much time as before.
 */
export async function openRush(
  openSession: () => Promise<Client>,
  { transactions, waiting }: { readonly transactions: number; readonly waiting: number },
): Promise<Held> {
  const sessions = await Promise.all(Array.from({ length: transactions + waiting + 1 }, openSession));
  let isOver = false;
  const again = async (session: Client, sql: string): Promise<void> => {
    while (!isOver) await isDone(session, sql);
  };
  const [holder, ...others] = sessions;
  await holder?.query(`SELECT pg_advisory_lock(${rushLock})`);
  const work = others.map(async (session, index) => {
    const sql =
      index < waiting ? `SELECT pg_advisory_xact_lock(${rushLock})` : `SELECT pg_sleep(${transactionSeconds})`;
    // A session that is lost has left the rush.
    await again(session, sql).catch(ignore);
  });
  const release = releaseOnce(async () => {
    isOver = true;
    await holder?.end().catch(ignore);
    await Promise.all(work);
    await Promise.all(others.map((session) => session.end().catch(ignore)));
  });
  return { release, [Symbol.asyncDispose]: release };
}

/** Lock not available: the lab's own sessions wait for nothing without a limit. */
const lockNotAvailable = '55P03';

/** False where it had to wait for too long. Whatever else goes wrong is thrown. */
async function isDone(session: Client, sql: string, params: readonly unknown[] = []): Promise<boolean> {
  try {
    await session.query(sql, [...params]);
    return true;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === lockNotAvailable) return false;
    throw error;
  }
}

function releaseOnce(undo: () => Promise<void>): () => Promise<void> {
  let released: Promise<void> | undefined;
  return () => {
    released ??= undo();
    return released;
  };
}
