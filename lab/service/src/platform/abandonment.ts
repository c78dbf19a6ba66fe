import type pg from 'pg';
import { cancelStatement } from './cancel-statement.ts';
import type { Pool } from './postgres.ts';

/** How long the server has to end a statement that nobody waits for; then its connection is closed. */
const CANCEL_LIMIT_MS = 500;

/** A connection from the pool. Rejects with the signal's reason when nobody waits for it any more. */
export async function checkOut(pool: Pool, signal: AbortSignal | undefined): Promise<pg.PoolClient> {
  if (!signal) return await pool.connect();
  signal.throwIfAborted();
  const { promise: abandoned, reject } = Promise.withResolvers<never>();
  const abandon = () => reject(signal.reason);
  signal.addEventListener('abort', abandon, { once: true });
  const connecting = pool.connect();
  try {
    return await Promise.race([connecting, abandoned]);
  } catch (error) {
    // Its turn comes all the same. Unused it goes back, for those who wait behind.
    connecting.then(
      (client) => client.release(),
      () => {},
    );
    throw error;
  } finally {
    signal.removeEventListener('abort', abandon);
  }
}

export interface Cancellation {
  /** From now on nothing is cancelled. False when a wish to cancel may still be on its way. */
  settle(): Promise<boolean>;
}

/**
 * Cancels what the connection is at when the signal is aborted: the server ends the statement, and the connection stays
 * usable. Without it the statement would go on for nobody, hold its locks, and keep the connection from others.
 */
export function cancelWhenAborted(client: pg.PoolClient, signal: AbortSignal | undefined): Cancellation {
  let cancelling: Promise<boolean> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const cancel = () => {
    // A statement under way is rejected by this, also when server or network are silent.
    timer = setTimeout(() => void client.end(), CANCEL_LIMIT_MS);
    cancelling = cancelStatement(client, CANCEL_LIMIT_MS).then(
      () => true,
      () => false,
    );
  };
  signal?.addEventListener('abort', cancel, { once: true });
  return {
    async settle() {
      signal?.removeEventListener('abort', cancel);
      const settled = (await cancelling) ?? true;
      clearTimeout(timer);
      return settled;
    },
  };
}
