import type { ExperimentHandle, LockWatch, MigrationSite } from '@lab/sdk';

const begunWithinMs = 5_000;
const pollMs = 50;

/** In the shop that comes last: whoever goes by key comes to it when it is free again. */
const lastBookSql = `
  SELECT FROM books WHERE (tenant_id, id) = (
    SELECT tenant_id, id FROM books WHERE id <> ALL ($1::uuid[]) ORDER BY tenant_id DESC, id DESC LIMIT 1
  ) FOR UPDATE SKIP LOCKED`;

interface EarlyHolder {
  /** When the book is free again. */
  readonly ended: Promise<void>;
}

interface EarlyHold {
  /** Books that people work with. */
  readonly named: readonly string[];
  readonly heldMs: number;
  /** Opened when no program of the rollout was there. */
  readonly watch: LockWatch;
}

/**
 * Somebody has a book when the backfill begins, for `heldMs` from when it is there, however long a process takes to start:
 * who asks for the whole table then, without a limit on waiting, has everybody behind. Resolves when they have it.
 */
export async function holdEarly(
  h: ExperimentHandle,
  site: MigrationSite,
  { named, heldMs, watch }: EarlyHold,
): Promise<EarlyHolder> {
  const held = await site.lockRows(lastBookSql, [named]);
  const hold = async (): Promise<void> => {
    const untilMs = h.clock.nowMs() + begunWithinMs;
    while (watch.migrationSeen() === null && h.clock.nowMs() < untilMs) await h.clock.sleep(pollMs);
    await h.clock.sleep(heldMs);
    await held.release();
  };
  const ended = hold();
  // Where this attempt ends before it is waited for.
  ended.catch(() => undefined);
  return { ended };
}
