import { randomUUID } from 'node:crypto';
import type { TenantContext } from '../platform/request-context.ts';
import type { MultipartStore } from './store/multipart-store.ts';
import { type ContentType, PART_BYTES, type Upload, type UploadKind } from './upload.ts';
import { incomingKey } from './upload-keys.ts';
import { publicUpload, type UploadRepository } from './upload-repository.ts';
import type { UploadSettings } from './uploads-variables.ts';

export interface UploadRequest {
  readonly kind: UploadKind;
  readonly contentType: ContentType;
  readonly bytes: number;
  readonly sha256?: string | undefined;
  /** Of several parts, for which there is more time. */
  readonly multipart: boolean;
}

/** The file gets to the store in parts, a small one in a single part. Each part's length is signed. */
export interface Announced {
  readonly upload: Upload;
  readonly parts: { readonly bytes: number; readonly count: number };
}

/** Throws UPLOAD_QUOTA_REACHED or STORE_UNAVAILABLE. */
export type CreateUpload = (context: TenantContext, request: UploadRequest) => Promise<Announced>;

interface CreateUploadParts {
  readonly uploads: UploadRepository;
  readonly multiparts: MultipartStore;
  readonly settings: UploadSettings;
}

/** The room that was announced is reserved first: nobody holds a valid URL for a file that has no room. */
export function createCreateUpload({ uploads, multiparts, settings }: CreateUploadParts): CreateUpload {
  const quota = { pendingMax: settings.pendingMax, bytesMax: settings.quotaBytes };

  return async (context, { kind, contentType, bytes, sha256, multipart }) => {
    const id = randomUUID();
    const key = incomingKey(context.tenantId, id);
    const ttlSeconds = multipart ? settings.multipartTtlSeconds : settings.formTtlSeconds;
    const announced = { id, kind, contentType, bytes, sha256, ttlSeconds };
    const upload = publicUpload(await uploads.add(context, announced, quota));
    await uploads.setMultipart(context, id, await multiparts.begin(key, contentType));
    return { upload, parts: { bytes: PART_BYTES, count: Math.ceil(bytes / PART_BYTES) } };
  };
}
