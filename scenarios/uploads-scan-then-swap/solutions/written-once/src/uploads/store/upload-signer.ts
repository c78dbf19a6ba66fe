import type { ContentType } from '../upload.ts';
import type { StoreSettings } from '../uploads-variables.ts';
import { createS3Client, loadS3 } from './s3-client.ts';
import type { FormRequest } from './upload-form.ts';

/** What a browser posts, with the file as the last field: of uploads that were announced before there was a PUT. */
export interface UploadForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** What a browser puts, with these headers. */
export interface SignedPut {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface DownloadRequest {
  readonly key: string;
  readonly contentType: ContentType;
  readonly fileName: string;
}

/** Signatures that allow one thing for a while. Nothing is sent: the store finds out when they are used. */
export interface UploadSigner {
  put(request: FormRequest & { readonly ttlSeconds: number }): Promise<SignedPut>;
  /** For exactly so many bytes: the length is signed too. */
  part(request: PartRequest): Promise<string>;
  download(request: DownloadRequest, atMs: number): Promise<{ readonly url: string; readonly expiresAtMs: number }>;
}

export interface PartRequest {
  readonly key: string;
  readonly multipartId: string;
  readonly number: number;
  readonly bytes: number;
  readonly ttlSeconds: number;
}

const CHECKSUM = 'x-amz-checksum-sha256';

/** Signs for the address where browsers reach the store. */
export async function createUploadSigner(settings: StoreSettings, downloadTtlSeconds: number): Promise<UploadSigner> {
  const [s3, { getSignedUrl }] = await Promise.all([loadS3(), import('@aws-sdk/s3-request-presigner')]);
  const { bucket: Bucket, publicEndpoint } = settings;
  const client = await createS3Client(settings, publicEndpoint);

  return {
    async put({ key: Key, contentType: ContentType, bytes: ContentLength, sha256, ttlSeconds: expiresIn }) {
      const ChecksumSHA256 = sha256 === undefined ? undefined : Buffer.from(sha256, 'hex').toString('base64');
      // The store takes what is the first there, and nothing after it.
      const IfNoneMatch = '*';
      const command = new s3.PutObjectCommand({ Bucket, Key, ContentType, ContentLength, ChecksumSHA256, IfNoneMatch });
      const url = await getSignedUrl(client, command, {
        expiresIn,
        // As headers, and signed: whoever sends others has no valid URL any more. A browser writes the length by itself.
        signableHeaders: new Set(['host', 'content-type', 'content-length', 'if-none-match', CHECKSUM]),
        unhoistableHeaders: new Set(['if-none-match', CHECKSUM]),
      });
      const checksum = ChecksumSHA256 === undefined ? {} : { [CHECKSUM]: ChecksumSHA256 };
      return { url, headers: { 'content-type': ContentType, 'if-none-match': IfNoneMatch, ...checksum } };
    },
    part({ key: Key, multipartId: UploadId, number: PartNumber, bytes: ContentLength, ttlSeconds: expiresIn }) {
      const command = new s3.UploadPartCommand({ Bucket, Key, UploadId, PartNumber, ContentLength });
      return getSignedUrl(client, command, { expiresIn });
    },
    async download({ key: Key, contentType, fileName }, atMs) {
      const command = new s3.GetObjectCommand({
        Bucket,
        Key,
        // Both by us, whatever the object says: never shown as a page, never of a type that its content is not.
        ResponseContentDisposition: `attachment; filename="${fileName}"`,
        ResponseContentType: contentType,
        // The object never changes, and the URL names it.
        ResponseCacheControl: 'private, max-age=31536000, immutable',
      });
      // The same URL for half of its life, so that a browser that asks again finds the file in its cache.
      const windowMs = (downloadTtlSeconds * 1_000) / 2;
      const signedAtMs = Math.floor(atMs / windowMs) * windowMs;
      const url = await getSignedUrl(client, command, {
        expiresIn: downloadTtlSeconds,
        signingDate: new Date(signedAtMs),
      });
      return { url, expiresAtMs: signedAtMs + downloadTtlSeconds * 1_000 };
    },
  };
}
