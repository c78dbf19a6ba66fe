import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import type { UploadMetrics } from '../upload-metrics.ts';
import type { StoreSettings } from '../uploads-variables.ts';
import { createS3Client, loadS3 } from './s3-client.ts';
import { isAbsent, isChanged, storeUnavailable } from './store-errors.ts';

export interface StoredObject {
  readonly bytes: number;
  readonly etag: string;
  readonly contentType: string | undefined;
  /** Where the store has computed it, in hexadecimal. */
  readonly sha256: string | undefined;
}

export interface CopyRequest {
  readonly from: string;
  /** What is copied is this one, or nothing. */
  readonly etag: string;
  readonly to: string;
  readonly bytes: number;
  readonly signal: AbortSignal;
}

export interface ListedObject {
  readonly key: string;
  readonly modifiedAtMs: number;
}

/** One call each, within a limit. All reject with STORE_UNAVAILABLE where the answer says nothing about the object. */
export interface ObjectStore {
  head(key: string): Promise<StoredObject | undefined>;
  /** On the side of the store. The copy is an attachment without a type, until a signed URL says more. */
  copy(options: CopyRequest): Promise<'copied' | 'missing' | 'changed'>;
  /** The body, as it arrives. Only the wait for its first byte is limited; whoever has it destroys it. */
  read(key: string, signal: AbortSignal): Promise<Readable>;
  /** As `read`, of the object with this entity tag or none. */
  readUnchanged(key: string, etag: string, signal: AbortSignal): Promise<Readable | 'missing' | 'changed'>;
  put(key: string, body: Uint8Array, contentType: string): Promise<void>;
  /** Removing what is not there is no error. */
  remove(keys: readonly string[]): Promise<void>;
  /** Up to 1,000 objects after a key, in the order of keys. */
  list(prefix: string, after?: string): Promise<readonly ListedObject[]>;
  close(): void;
}

/** What the calls of multipart uploads share with those of objects. */
export interface StoreConnection {
  readonly client: S3Client;
  readonly bucket: string;
  /** Runs one call: measured, and rejecting with STORE_UNAVAILABLE unless its error speaks of the object. */
  call<T>(operation: string, work: () => Promise<T>): Promise<T>;
}

/** Slower than any store that works, so that only one that does not is given up on. */
const COPY_BYTES_PER_MS = 10_000;

export async function connectStore(settings: StoreSettings, metrics: UploadMetrics): Promise<StoreConnection> {
  const client = await createS3Client(settings, settings.endpoint);
  return {
    client,
    bucket: settings.bucket,
    async call(operation, work) {
      const done = metrics.startStoreCall(operation);
      try {
        const result = await work();
        done('ok');
        return result;
      } catch (error) {
        const isAnswer = isAbsent(error) || isChanged(error);
        done(isAnswer ? 'ok' : 'failed');
        throw isAnswer ? error : storeUnavailable(error);
      }
    },
  };
}

export async function createObjectStore(connection: StoreConnection, timeoutMs: number): Promise<ObjectStore> {
  const s3 = await loadS3();
  const { client, bucket: Bucket, call } = connection;

  return {
    async head(Key) {
      const command = new s3.HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' });
      const found = await call('head', () => client.send(command)).catch(undefinedIfAbsent);
      if (!found) return undefined;
      const { ContentLength: bytes = 0, ETag: etag = '', ContentType: contentType, ChecksumSHA256: checksum } = found;
      // With a dash it is a checksum of checksums, as of a file that came in parts.
      const isWhole = checksum !== undefined && !checksum.includes('-');
      const sha256 = isWhole ? Buffer.from(checksum, 'base64').toString('hex') : undefined;
      return { bytes, etag, contentType, sha256 };
    },
    async copy({ from, etag, to, bytes, signal: abortSignal }) {
      const command = new s3.CopyObjectCommand({
        Bucket,
        Key: to,
        CopySource: `${Bucket}/${from}`,
        CopySourceIfMatch: etag,
        MetadataDirective: 'REPLACE',
        ContentType: 'application/octet-stream',
        ContentDisposition: 'attachment',
      });
      const requestTimeout = timeoutMs + bytes / COPY_BYTES_PER_MS;
      try {
        await call('copy', () => client.send(command, { requestTimeout, abortSignal }));
        return 'copied';
      } catch (error) {
        if (isChanged(error)) return 'changed';
        if (isAbsent(error)) return 'missing';
        throw error;
      }
    },
    async read(Key, abortSignal) {
      const command = new s3.GetObjectCommand({ Bucket, Key });
      const { Body } = await call('read', () => client.send(command, { abortSignal }));
      if (!(Body instanceof Readable)) throw storeUnavailable(new Error('The store answered without a body.'));
      // It may break before anybody reads it, and whoever does is told.
      return Body.on('error', () => {});
    },
    async readUnchanged(Key, IfMatch, abortSignal) {
      const command = new s3.GetObjectCommand({ Bucket, Key, IfMatch });
      try {
        const { Body } = await call('read', () => client.send(command, { abortSignal }));
        if (!(Body instanceof Readable)) throw storeUnavailable(new Error('The store answered without a body.'));
        return Body.on('error', () => {});
      } catch (error) {
        if (isChanged(error)) return 'changed';
        if (isAbsent(error)) return 'missing';
        throw error;
      }
    },
    async put(Key, Body, ContentType) {
      const command = new s3.PutObjectCommand({ Bucket, Key, Body, ContentType, ContentDisposition: 'attachment' });
      await call('put', () => client.send(command));
    },
    async remove(keys) {
      await Promise.all(
        keys.map((Key) => call('remove', () => client.send(new s3.DeleteObjectCommand({ Bucket, Key })))),
      );
    },
    async list(Prefix, StartAfter) {
      const command = new s3.ListObjectsV2Command({ Bucket, Prefix, StartAfter });
      const { Contents = [] } = await call('list', () => client.send(command));
      return Contents.map(({ Key: key = '', LastModified }) => ({ key, modifiedAtMs: LastModified?.getTime() ?? 0 }));
    },
    close: () => client.destroy(),
  };
}

export function undefinedIfAbsent(error: unknown): undefined {
  if (isAbsent(error)) return undefined;
  throw error;
}
