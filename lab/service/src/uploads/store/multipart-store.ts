import { type StoreConnection, undefinedIfAbsent } from './object-store.ts';
import { loadS3 } from './s3-client.ts';

export interface ReceivedPart {
  readonly number: number;
  readonly bytes: number;
  readonly etag: string;
}

export interface OpenMultipart {
  readonly key: string;
  readonly id: string;
  readonly startedAtMs: number;
}

/** A file that comes in parts. All reject with STORE_UNAVAILABLE, as the calls of ObjectStore do. */
export interface MultipartStore {
  begin(key: string, contentType: string): Promise<string>;
  /** What the store has; undefined when it knows no such upload, as after it was completed. */
  parts(key: string, id: string): Promise<readonly ReceivedPart[] | undefined>;
  /** Joins the parts. False when somebody else has, or has aborted it. */
  complete(key: string, id: string, parts: readonly ReceivedPart[]): Promise<boolean>;
  /** Aborting what is not there is no error. */
  abort(key: string, id: string): Promise<void>;
  /** Up to 1,000 that were begun and never completed. */
  listOpen(prefix: string): Promise<readonly OpenMultipart[]>;
}

/** S3's own limit for one page; no upload of ours has more parts. */
const PARTS_MAX = 1_000;

export async function createMultipartStore({ client, bucket: Bucket, call }: StoreConnection): Promise<MultipartStore> {
  const s3 = await loadS3();

  return {
    async begin(Key, ContentType) {
      const command = new s3.CreateMultipartUploadCommand({ Bucket, Key, ContentType });
      const { UploadId } = await call('begin-parts', () => client.send(command));
      if (!UploadId) throw new Error('The store began an upload in parts without a name for it.');
      return UploadId;
    },
    async parts(Key, UploadId) {
      const command = new s3.ListPartsCommand({ Bucket, Key, UploadId, MaxParts: PARTS_MAX });
      const found = await call('list-parts', () => client.send(command)).catch(undefinedIfAbsent);
      return (
        found &&
        (found.Parts ?? []).map(({ PartNumber: number = 0, Size: bytes = 0, ETag: etag = '' }) => ({
          number,
          bytes,
          etag,
        }))
      );
    },
    async complete(Key, UploadId, parts) {
      const Parts = parts.map(({ number: PartNumber, etag: ETag }) => ({ PartNumber, ETag }));
      const command = new s3.CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } });
      return (await call('join-parts', () => client.send(command)).catch(undefinedIfAbsent)) !== undefined;
    },
    async abort(Key, UploadId) {
      const command = new s3.AbortMultipartUploadCommand({ Bucket, Key, UploadId });
      await call('abort-parts', () => client.send(command)).catch(undefinedIfAbsent);
    },
    async listOpen(Prefix) {
      const command = new s3.ListMultipartUploadsCommand({ Bucket, Prefix, MaxUploads: 1_000 });
      const { Uploads = [] } = await call('list-open-parts', () => client.send(command));
      return Uploads.map(({ Key: key = '', UploadId: id = '', Initiated }) => ({
        key,
        id,
        startedAtMs: Initiated?.getTime() ?? 0,
      }));
    },
  };
}
