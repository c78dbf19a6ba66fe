import type { Log } from '../platform/logger.ts';
import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { MultipartStore } from './store/multipart-store.ts';
import type { ObjectStore } from './store/object-store.ts';
import { incomingKey, servedKeys } from './upload-keys.ts';
import type { UploadRepository } from './upload-repository.ts';

/** Throws NOT_FOUND. */
export type RemoveUpload = (context: TenantContext, id: string) => Promise<void>;

interface RemoveUploadParts {
  readonly uploads: UploadRepository;
  readonly store: ObjectStore;
  readonly multiparts: MultipartStore;
  readonly log: Log;
}

/**
 * The row goes first: an upload whose objects are half gone must not be shown. What cannot be removed now is without
 * a row then, and the sweeper finds it.
 */
export function createRemoveUpload({ uploads, store, multiparts, log }: RemoveUploadParts): RemoveUpload {
  return async (context, id) => {
    const { tenantId, requestId } = context;
    const removed = await uploads.remove(context, id);
    if (!removed) throw new ProblemError('NOT_FOUND');
    const { claim, variants, multipartId } = removed;
    const incoming = incomingKey(tenantId, id);
    const served = claim === null ? [] : servedKeys({ tenantId, uploadId: id, claim }, variants);
    try {
      if (multipartId !== null && removed.status === 'pending') await multiparts.abort(incoming, multipartId);
      await store.remove([incoming, ...served]);
    } catch (error) {
      log.warn({ requestId, tenant: tenantId, uploadId: id, err: error }, 'objects are left to the sweeper');
    }
  };
}
