import { randomBytes } from 'node:crypto';
import { Registry } from 'prom-client';
import * as z from 'zod';
import { createMultipartStore, type MultipartStore } from '../store/multipart-store.ts';
import { connectStore, createObjectStore, type ListedObject, type ObjectStore } from '../store/object-store.ts';
import { prepareBucket } from '../store/prepare-bucket.ts';
import { createS3Client, loadS3 } from '../store/s3-client.ts';
import type { UploadForm } from '../store/upload-signer.ts';
import { createUploadMetrics } from '../upload-metrics.ts';
import type { StoreSettings } from '../uploads-variables.ts';

/** What a form is filled with. Fields that are null are left out. */
export interface Filling {
  readonly fields?: Readonly<Record<string, string | null>>;
  readonly content: Uint8Array;
}

/** A bucket of the test's own, in a real store. */
export interface TestStore extends AsyncDisposable {
  readonly settings: StoreSettings;
  readonly objects: ObjectStore;
  readonly multiparts: MultipartStore;
  /** Sends a form as a browser does; resolves with the status, and the store's code where it refuses. */
  post(form: UploadForm, filling: Filling): Promise<{ readonly status: number; readonly code: string | undefined }>;
  /** Puts an object past all forms. */
  plant(key: string, content: Uint8Array): Promise<void>;
  list(prefix?: string): Promise<readonly ListedObject[]>;
}

const addressSchema = z.object({
  endpoint: z.string(),
  region: z.string(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
});

export async function openTestStore(): Promise<TestStore> {
  const address = addressSchema.parse(await (await fetch(storeUrl())).json());
  const bucket = `test-${randomBytes(6).toString('hex')}`;
  const settings = { ...address, publicEndpoint: address.endpoint, bucket, timeoutMs: 5_000 };
  await prepareBucket(settings, ['*']);
  const connection = await connectStore(settings, createUploadMetrics(new Registry()));
  const objects = await createObjectStore(connection, settings.timeoutMs);
  const multiparts = await createMultipartStore(connection);

  return {
    settings,
    objects,
    multiparts,
    async post({ url, fields }, { fields: changes = {}, content }) {
      const body = new FormData();
      for (const [name, value] of Object.entries({ ...fields, ...changes }))
        if (value !== null) body.append(name, value);
      body.append('file', new Blob([new Uint8Array(content)]), 'file');
      const answer = await fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(20_000) });
      return { status: answer.status, code: /<Code>(\w+)<\/Code>/.exec(await answer.text())?.[1] };
    },
    plant: (key, content) => objects.put(key, content, 'application/octet-stream'),
    list: (prefix = '') => objects.list(prefix),
    async [Symbol.asyncDispose]() {
      for (const { key, id } of await multiparts.listOpen('')) await multiparts.abort(key, id);
      await objects.remove((await objects.list('')).map(({ key }) => key));
      const [s3, client] = await Promise.all([loadS3(), createS3Client(settings, settings.endpoint)]);
      await client.send(new s3.DeleteBucketCommand({ Bucket: bucket }));
      client.destroy();
      objects.close();
    },
  };
}

/** Answers with the address of an object store, which is started when it is asked for the first time. */
function storeUrl(): string {
  const url = process.env.TEST_S3_URL;
  if (url) return url;
  throw new Error('TEST_S3_URL is not set. Run `npx vitest run --project stack`: it starts an object store on demand.');
}
