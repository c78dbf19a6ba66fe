import type { Log } from '../../platform/logger.ts';
import type { MultipartStore } from '../store/multipart-store.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { incomingKey } from '../upload-keys.ts';
import type { UploadMetrics } from '../upload-metrics.ts';
import { contextOf } from './upload-claims.ts';
import type { UploadInventory } from './upload-inventory.ts';

/** Somebody may still come back to it. */
const WEEK_SECONDS = 604_800;

interface ExpireUploadsParts {
  readonly inventory: UploadInventory;
  readonly store: ObjectStore;
  readonly multiparts: MultipartStore;
  readonly metrics: UploadMetrics;
  readonly log: Log;
  readonly graceSeconds: number;
  readonly keepSeconds: number;
}

/**
 * Announced and never confirmed: the row gives back the room that it had reserved, then what has arrived goes. In this
 * order, because a file that somebody confirms at this moment must not be removed.
 */
export function createExpireUploads(parts: ExpireUploadsParts): () => Promise<void> {
  const { inventory, store, multiparts, metrics, log, graceSeconds, keepSeconds } = parts;

  return async () => {
    for (const upload of await inventory.expired(graceSeconds + WEEK_SECONDS)) {
      const { tenantId, uploadId, multipartId, requestId } = upload;
      if (!(await inventory.expire(contextOf(upload), uploadId))) continue;
      metrics.swept('expired', 1);
      log.info({ requestId, tenant: tenantId, uploadId }, 'upload expired');
      const key = incomingKey(tenantId, uploadId);
      if (multipartId !== null) await multiparts.abort(key, multipartId);
      await store.remove([key]);
    }
    metrics.swept('forgotten', await inventory.forget(keepSeconds));
  };
}
