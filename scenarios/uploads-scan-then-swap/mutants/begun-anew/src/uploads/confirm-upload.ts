import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { MultipartStore } from './store/multipart-store.ts';
import type { ObjectStore, StoredObject } from './store/object-store.ts';
import { incomingKey } from './upload-keys.ts';
import type { StoredUpload, UploadRepository } from './upload-repository.ts';

/** The same for whoever confirms and however often: what becomes of the file is asked elsewhere. */
export interface Confirmation {
  readonly id: string;
  readonly bytes: number;
  readonly confirmedAt: string;
}

/** Throws NOT_FOUND, UPLOAD_INCOMPLETE, UPLOAD_MISMATCH, UPLOAD_EXPIRED, RESOURCE_BUSY or STORE_UNAVAILABLE. */
export type ConfirmUpload = (context: TenantContext, id: string) => Promise<Confirmation>;

interface ConfirmUploadParts {
  readonly uploads: UploadRepository;
  readonly store: ObjectStore;
  readonly multiparts: MultipartStore;
}

/** The store is asked what is there: that a client says it has sent the file proves nothing. */
export function createConfirmUpload({ uploads, store, multiparts }: ConfirmUploadParts): ConfirmUpload {
  return async (context, id) => {
    const upload = await uploads.find(context, id);
    if (!upload) throw new ProblemError('NOT_FOUND');
    // What is ready and was sent again is begun anew.
    if (upload.status !== 'pending' && upload.status !== 'ready') return confirmationOf(upload);
    const key = incomingKey(context.tenantId, id);
    const isJoined = upload.multipartId === null || (await join(key, upload.multipartId, upload.bytes));
    const stored = await store.head(key);
    if (!stored && upload.status === 'ready') return confirmationOf(upload);
    if (!stored) throw isJoined ? incomplete('The store has no file for this upload.') : beingJoined();
    assertAsAnnounced(upload, stored);
    const confirmed = await uploads.confirm(context, id, stored.etag);
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

function assertAsAnnounced(upload: StoredUpload, stored: StoredObject): void {
  // Where the store has no checksum, the worker compares its own with what was announced.
  const sha256 = stored.sha256 ?? upload.announcedSha256;
  const errors = [
    ...difference('bytes', upload.bytes, stored.bytes),
    ...difference('contentType', upload.contentType, stored.contentType),
    ...difference('sha256', upload.announcedSha256 ?? sha256, sha256),
  ];
  if (errors.length > 0) throw new ProblemError('UPLOAD_MISMATCH', { errors });
}

function difference(field: string, announced: unknown, found: unknown) {
  return announced === found ? [] : [{ field, message: `announced ${announced}, found ${found}` }];
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
