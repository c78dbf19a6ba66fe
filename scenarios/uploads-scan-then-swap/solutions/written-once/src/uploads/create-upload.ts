import { randomUUID } from 'node:crypto';
import type { TenantContext } from '../platform/request-context.ts';
import type { MultipartStore } from './store/multipart-store.ts';
import type { SignedPut, UploadSigner } from './store/upload-signer.ts';
import { type ContentType, PART_BYTES, type Upload, type UploadKind } from './upload.ts';
import { incomingKey } from './upload-keys.ts';
import { publicUpload, type UploadRepository } from './upload-repository.ts';
import type { UploadSettings } from './uploads-variables.ts';

export interface UploadRequest {
  readonly kind: UploadKind;
  readonly contentType: ContentType;
  readonly bytes: number;
  readonly sha256?: string | undefined;
  /** In parts, each of which can be sent again. */
  readonly multipart: boolean;
}

/** How the file gets to the store: by one PUT, or in parts. */
export type Announced = { readonly upload: Upload } & (
  | { readonly put: SignedPut }
  | { readonly parts: { readonly bytes: number; readonly count: number } }
);

/** Throws UPLOAD_QUOTA_REACHED or STORE_UNAVAILABLE. */
export type CreateUpload = (context: TenantContext, request: UploadRequest) => Promise<Announced>;

interface CreateUploadParts {
  readonly uploads: UploadRepository;
  readonly signer: UploadSigner;
  readonly multiparts: MultipartStore;
  readonly settings: UploadSettings;
}

/** The room that was announced is reserved first: nobody holds a valid URL for a file that has no room. */
export function createCreateUpload({ uploads, signer, multiparts, settings }: CreateUploadParts): CreateUpload {
  const quota = { pendingMax: settings.pendingMax, bytesMax: settings.quotaBytes };

  return async (context, { kind, contentType, bytes, sha256, multipart }) => {
    const id = randomUUID();
    const key = incomingKey(context.tenantId, id);
    const ttlSeconds = multipart ? settings.multipartTtlSeconds : settings.formTtlSeconds;
    const announced = { id, kind, contentType, bytes, sha256, ttlSeconds };
    const upload = publicUpload(await uploads.add(context, announced, quota));
    if (!multipart) return { upload, put: await signer.put({ key, contentType, bytes, sha256, ttlSeconds }) };
    await uploads.setMultipart(context, id, await multiparts.begin(key, contentType));
    return { upload, parts: { bytes: PART_BYTES, count: Math.ceil(bytes / PART_BYTES) } };
  };
}
