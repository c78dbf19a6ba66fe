import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { MultipartStore } from './store/multipart-store.ts';
import type { UploadSigner } from './store/upload-signer.ts';
import { PART_BYTES } from './upload.ts';
import { incomingKey } from './upload-keys.ts';
import type { UploadRepository } from './upload-repository.ts';

export interface SignedPart {
  readonly number: number;
  readonly bytes: number;
  readonly url: string;
}

export interface PartsReceived {
  readonly partBytes: number;
  readonly count: number;
  readonly received: readonly { readonly number: number; readonly bytes: number }[];
}

/** For files that come in parts. Both throw NOT_FOUND, UPLOAD_EXPIRED, or INVALID_REQUEST for one that does not. */
export interface UploadParts {
  sign(context: TenantContext, id: string, numbers: readonly number[]): Promise<readonly SignedPart[]>;
  /** What need not be sent again. */
  received(context: TenantContext, id: string): Promise<PartsReceived>;
}

interface UploadPartsParts {
  readonly uploads: UploadRepository;
  readonly signer: UploadSigner;
  readonly multiparts: MultipartStore;
  /** Of one part's URL; another can be had as long as the upload is pending. */
  readonly ttlSeconds: number;
}

export function createUploadParts({ uploads, signer, multiparts, ttlSeconds }: UploadPartsParts): UploadParts {
  return {
    async sign(context, id, numbers) {
      const { key, multipartId, bytes, count } = await open(context, id);
      const unknown = numbers.find((number) => number > count);
      if (unknown !== undefined) throw invalid('numbers', `there is no part ${unknown} of ${count}`);
      return await Promise.all(
        numbers.map(async (number) => {
          const partBytes = Math.min(PART_BYTES, bytes - (number - 1) * PART_BYTES);
          const url = await signer.part({ key, multipartId, number, bytes: partBytes, ttlSeconds });
          return { number, bytes: partBytes, url };
        }),
      );
    },
    async received(context, id) {
      const { key, multipartId, count } = await open(context, id);
      const parts = (await multiparts.parts(key, multipartId)) ?? [];
      const received = parts.map(({ number, bytes }) => ({ number, bytes }));
      return { partBytes: PART_BYTES, count, received };
    },
  };

  async function open(context: TenantContext, id: string) {
    const upload = await uploads.find(context, id);
    if (!upload) throw new ProblemError('NOT_FOUND');
    const { status, multipartId, bytes } = upload;
    if (multipartId === null) throw invalid('id', 'this upload does not come in parts');
    if (status !== 'pending') throw new ProblemError('UPLOAD_EXPIRED', { detail: 'It takes no more parts.' });
    return { key: incomingKey(context.tenantId, id), multipartId, bytes, count: Math.ceil(bytes / PART_BYTES) };
  }
}

function invalid(field: string, message: string): ProblemError {
  return new ProblemError('INVALID_REQUEST', { errors: [{ field, message }] });
}
