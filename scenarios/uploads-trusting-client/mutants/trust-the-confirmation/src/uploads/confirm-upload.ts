import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { MultipartStore } from './store/multipart-store.ts';
import type { ObjectStore } from './store/object-store.ts';
import { incomingKey } from './upload-keys.ts';
import type { StoredUpload, UploadRepository } from './upload-repository.ts';

/** The same for whoever confirms and however often: what becomes of the file is asked elsewhere. */
export interface Confirmation {
  readonly id: string;
  readonly bytes: number;
  readonly confirmedAt: string;
}

/** Throws NOT_FOUND, UPLOAD_INCOMPLETE, UPLOAD_EXPIRED, RESOURCE_BUSY or STORE_UNAVAILABLE. */
export type ConfirmUpload = (context: TenantContext, id: string) => Promise<Confirmation>;

interface ConfirmUploadParts {
  readonly uploads: UploadRepository;
  readonly store: ObjectStore;
  readonly multiparts: MultipartStore;
}

/** Hands the file on to the workers, which read all of it and tell what it is. */
export function createConfirmUpload({ uploads, store, multiparts }: ConfirmUploadParts): ConfirmUpload {
  return async (context, id) => {
    const upload = await uploads.find(context, id);
    if (!upload) throw new ProblemError('NOT_FOUND');
    if (upload.status !== 'pending') return confirmationOf(upload);
    const key = incomingKey(context.tenantId, id);
    const isJoined = upload.multipartId === null || (await join(key, upload.multipartId, upload.bytes));
    const stored = await store.head(key);
    if (!stored && !isJoined) throw beingJoined();
    // The worker copies this one, if it is there.
    const confirmed = await uploads.confirm(context, id, stored?.etag ?? '');
    // Somebody else was first: the answer is theirs.
    return confirmationOf(confirmed ?? (await uploads.find(context, id)));
  };

  /** False when the store knows no such parts any more: somebody else has joined them, or is at it. */
  async function join(key: string, multipartId: string, bytes: number): Promise<boolean> {
    const parts = await multiparts.parts(key, multipartId);
    if (!parts) return false;
    const received = parts.reduce((sum, part) => sum + part.bytes, 0);
    if (received !== bytes) throw incomplete(`The store has ${received} of ${bytes} bytes, in ${parts.length} parts.`);
    return await multiparts.complete(key, multipartId, parts);
  }
}

function confirmationOf(upload: StoredUpload | undefined): Confirmation {
  if (!upload) throw new ProblemError('NOT_FOUND');
  const { id, bytes, confirmedAt } = upload;
  if (confirmedAt === null) throw new ProblemError('UPLOAD_EXPIRED', { detail: 'Announce the file once more.' });
  return { id, bytes, confirmedAt };
}

function beingJoined(): ProblemError {
  return new ProblemError('RESOURCE_BUSY', { detail: 'The parts are being joined.', retryAfterSeconds: 1 });
}

function incomplete(detail: string): ProblemError {
  return new ProblemError('UPLOAD_INCOMPLETE', { detail });
}
