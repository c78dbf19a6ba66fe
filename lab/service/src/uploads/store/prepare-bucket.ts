import type { StoreSettings } from '../uploads-variables.ts';
import { createS3Client, loadS3 } from './s3-client.ts';

/**
 * Makes the bucket where it is missing, and lets pages of these origins send to it and read from it: `*` for any, since
 * nothing is had from the store without a signature. For development and tests; elsewhere whoever owns the store does it.
 */
export async function prepareBucket(settings: StoreSettings, origins: readonly string[]): Promise<void> {
  const s3 = await loadS3();
  const client = await createS3Client(settings, settings.endpoint);
  const { bucket: Bucket } = settings;
  try {
    await client.send(new s3.CreateBucketCommand({ Bucket })).catch((error: unknown) => {
      if (!(error instanceof Error) || error.name !== 'BucketAlreadyOwnedByYou') throw error;
    });
    const rule = {
      AllowedMethods: ['GET', 'HEAD', 'POST', 'PUT'],
      AllowedHeaders: ['*'],
      AllowedOrigins: [...origins],
    };
    await client.send(new s3.PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [rule] } }));
  } finally {
    client.destroy();
  }
}
