import type { Pool, QueryResultRow } from 'pg';

/** Asks one thing, and gives the rows. */
type Ask = (sql: string, params?: readonly unknown[]) => Promise<QueryResultRow[]>;

/** Questions to a database: those under way when the signal is aborted are given up, also one that waits for a lock. */
export function questionsTo(pool: Pool, signal: AbortSignal): Ask {
  return async (sql, params = []) => {
    const session = await pool.connect();
    // Aborted while it was being connected: nobody will be told of it any more.
    if (signal.aborted) {
      session.release();
      throw signal.reason;
    }
    let isGivenUp = false;
    const giveUp = (): void => {
      isGivenUp = true;
      // Ends the connection: the statement cannot be waited for.
      session.release(true);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    session.on('error', ignore);
    try {
      return (await session.query(sql, [...params])).rows;
    } finally {
      session.removeListener('error', ignore);
      signal.removeEventListener('abort', giveUp);
      if (!isGivenUp) session.release();
    }
  };
}

/** For connections that break: the question that was asked on one reports it too. */
export function ignore(): void {}
