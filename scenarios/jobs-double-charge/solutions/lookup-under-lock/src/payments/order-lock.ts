import type pg from 'pg';
import type { Pool } from '../platform/postgres.ts';
import { ProblemError } from '../platform/problem.ts';

export interface OrderLock {
  /** Rejects when the connection that holds the lock is gone, and the lock with it. */
  assertHeld(): Promise<void>;
}

/** Runs `work` while no other process does for the same order. Throws RESOURCE_BUSY at once when one does. */
export type LockOrder = <T>(orderId: string, work: (lock: OrderLock) => Promise<T>) => Promise<T>;

const KEY = "hashtextextended('charge:' || $1, 0)";
const TRY = `SELECT pg_try_advisory_lock(${KEY}) AS taken`;
const UNLOCK = `SELECT pg_advisory_unlock(${KEY})`;

/**
 * The lock belongs to a connection: it has no expiry that a slow holder could outlive, and it ends with its process.
 * `pool` is for locks only, one connection for each job in hand: whoever holds a lock needs others for its work.
 */
export function createLockOrder(pool: Pool): LockOrder {
  return async (orderId, work) => {
    const connection = await pool.connect();
    let unlocked = false;
    try {
      const { rows } = await connection.query<{ taken: boolean }>(TRY, [orderId]);
      if (rows[0]?.taken !== true) {
        unlocked = true;
        throw new ProblemError('RESOURCE_BUSY', { retryAfterSeconds: 1 });
      }
      return await work({ assertHeld: () => assertAnswers(connection) });
    } finally {
      unlocked ||= await unlock(connection, orderId);
      // A connection that may still have the lock is closed, and the server takes the lock back.
      connection.release(!unlocked);
    }
  };
}

async function assertAnswers(connection: pg.PoolClient): Promise<void> {
  await connection.query('SELECT 1');
}

async function unlock(connection: pg.PoolClient, orderId: string): Promise<boolean> {
  return await connection.query(UNLOCK, [orderId]).then(
    () => true,
    () => false,
  );
}
