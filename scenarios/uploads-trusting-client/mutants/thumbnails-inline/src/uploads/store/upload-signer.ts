import type { ContentType } from '../upload.ts';
import type { StoreSettings } from '../uploads-variables.ts';
import { createS3Client, loadS3 } from './s3-client.ts';
import { type FormRequest, formConditions, formFields } from './upload-form.ts';

/** What a browser posts, with the file as the last field. */
export interface UploadForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface DownloadRequest {
  readonly key: string;
  readonly contentType: ContentType;
  readonly fileName: string;
  /** Ours, and shown in pages. */
  readonly isShown?: boolean;
}

/** Signatures that allow one thing for a while. Nothing is sent: the store finds out when they are used. */
export interface UploadSigner {
  form(request: FormRequest & { readonly ttlSeconds: number }): Promise<UploadForm>;
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

/** Signs for the address where browsers reach the store. */
export async function createUploadSigner(settings: StoreSettings, downloadTtlSeconds: number): Promise<UploadSigner> {
  const [s3, { createPresignedPost }, { getSignedUrl }] = await Promise.all([
    loadS3(),
    import('@aws-sdk/s3-presigned-post'),
    import('@aws-sdk/s3-request-presigner'),
  ]);
  const { bucket: Bucket, publicEndpoint } = settings;
  const client = await createS3Client(settings, publicEndpoint);

  return {
    form: ({ ttlSeconds: Expires, ...request }) =>
      createPresignedPost(client, {
        Bucket,
        Key: request.key,
        Fields: formFields(request),
        Conditions: formConditions(request),
        Expires,
      }),
    part({ key: Key, multipartId: UploadId, number: PartNumber, bytes: ContentLength, ttlSeconds: expiresIn }) {
      const command = new s3.UploadPartCommand({ Bucket, Key, UploadId, PartNumber, ContentLength });
      return getSignedUrl(client, command, { expiresIn });
    },
    async download({ key: Key, contentType, fileName, isShown = false }, atMs) {
      const command = new s3.GetObjectCommand({
        Bucket,
        Key,
        // Both by us, whatever the object says: never shown as a page, never of a type that its content is not.
        ResponseContentDisposition: `${isShown ? 'inline' : 'attachment'}; filename="${fileName}"`,
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
