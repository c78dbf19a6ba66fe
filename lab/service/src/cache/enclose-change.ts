import { setTimeout as sleep } from 'node:timers/promises';
import { UncertainCommitError } from '../platform/database-errors.ts';
import type { Log } from '../platform/logger.ts';
import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { SharedCache } from './shared/purge-client.ts';
import type { TaggedCache } from './tagged-cache.ts';

/**
 * Runs a change of what stands under the tags, so that once it is visible anywhere nobody is served from before it.
 * Throws what the change throws, CACHE_UNAVAILABLE (nothing was changed) or OUTCOME_UNKNOWN.
 */
export type EncloseChange = <T>(
  context: TenantContext,
  tags: readonly string[],
  change: () => Promise<T>,
) => Promise<T>;

interface EncloseChangeParts {
  readonly cache: TaggedCache;
  /** Undefined where no shared cache may keep answers. */
  readonly shared: SharedCache | undefined;
  readonly log: Log;
}

/** Long enough for the client to connect again after a short break. */
const UNBLOCK_PAUSE_MS = 150;

/**
 * First the block: from then on answers are made from the database, and none may be kept. Then the shared cache is
 * cleared of what it has, before the change and not after it. So a purge that fails has changed nothing, a process that
 * dies leaves nothing to be purged, and no answer from before the change can come in once it is made.
 */
export function createEncloseChange({ cache, shared, log }: EncloseChangeParts): EncloseChange {
  return async (context, tags, change) => {
    const { tenantId } = context;
    const writer = await cache.block(tenantId, tags).catch(refuse);
    try {
      await shared?.clear(tenantId, tags);
    } catch (error) {
      await abandon(context, tags, writer);
      return refuse(error);
    }
    const result = await change().catch(async (error: unknown) => {
      // A change that may still take effect stays enclosed until the block lapses.
      if (!isUncertain(error)) await abandon(context, tags, writer);
      throw error;
    });
    await lift(tenantId, tags, writer);
    return result;
  };

  async function lift(tenantId: string, tags: readonly string[], writer: string): Promise<void> {
    try {
      const held = await cache.unblock(tenantId, tags, writer).catch(async () => {
        await sleep(UNBLOCK_PAUSE_MS);
        return await cache.unblock(tenantId, tags, writer);
      });
      // The store was emptied, or the change took too long: answers from before it may have been kept meanwhile.
      if (!held) await shared?.clear(tenantId, tags);
    } catch (cause) {
      // The change is durable, and while the block stands nobody is served from before it. But the store may have lost
      // the block, so this is no success. Repeating the request is harmless and puts it right.
      throw new ProblemError('OUTCOME_UNKNOWN', { retryAfterSeconds: 1, cause });
    }
  }

  async function abandon({ tenantId, requestId }: TenantContext, tags: readonly string[], writer: string) {
    try {
      await cache.unblock(tenantId, tags, writer);
    } catch (error) {
      // Nothing was changed. Until the block lapses, reads of these tags go to the database.
      log.warn({ err: error, requestId, tenant: tenantId, tags }, 'tags stay blocked in the cache');
    }
  }
}

function refuse(cause: unknown): never {
  throw new ProblemError('CACHE_UNAVAILABLE', { retryAfterSeconds: 1, cause });
}

function isUncertain(error: unknown): boolean {
  return error instanceof UncertainCommitError || (error instanceof ProblemError && error.code === 'OUTCOME_UNKNOWN');
}
