import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { UploadSigner } from './store/upload-signer.ts';
import type { VariantFormat, VariantName } from './upload.ts';
import { variantKey } from './upload-keys.ts';
import type { StoredUpload, UploadRepository } from './upload-repository.ts';
export interface ContentRequest {
  readonly variant: 'original' | VariantName;
  readonly format: VariantFormat;
}
export type DeliverUpload = (
  context: TenantContext,
  id: string,
  request: ContentRequest,
) => Promise<{ readonly url: string; readonly expiresAtMs: number }>;
interface DeliverUploadParts {
  readonly uploads: UploadRepository;
  readonly signer: UploadSigner;
  readonly now?: () => number;
}
export function createDeliverUpload({ uploads, signer, now = Date.now }: DeliverUploadParts): DeliverUpload {
  return async (context, id, { variant, format }) => {
    const upload = await uploads.find(context, id);
    if (!upload) throw new ProblemError('NOT_FOUND');
    const { status, claim, contentType } = upload;
    if (status !== 'ready' || claim === null)
      throw new ProblemError('UPLOAD_NOT_READY', { detail: `It is ${status}.` });
    const owner = { tenantId: context.tenantId, uploadId: id, claim };
    const extension = contentType.slice(contentType.indexOf('/') + 1);
    const original = { key: `clean/${context.tenantId}/${id}/${claim}`, contentType, fileName: `${id}.${extension}` };
    return await signer.download(
      variant === 'original' ? original : drawn(upload, owner, { name: variant, format }),
      now(),
    );
  };
}
function drawn(
  { variants }: StoredUpload,
  owner: { tenantId: string; uploadId: string; claim: string },
  { name, format }: { name: VariantName; format: VariantFormat },
) {
  if (!variants.some((variant) => variant.name === name && variant.format === format)) {
    throw new ProblemError('NOT_FOUND', { detail: 'There is no such variant of this file.' });
  }
  const key = variantKey(owner, { name, format });
  return { key, contentType: `image/${format}`, fileName: `${owner.uploadId}-${name}.${format}` } as const;
}
