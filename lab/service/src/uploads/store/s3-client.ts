import type { S3Client } from '@aws-sdk/client-s3';
import type { StoreSettings } from '../uploads-variables.ts';

const CONNECT_LIMIT_MS = 1_000;
/** A connection that nobody has used for this long is closed; one may have been opened for a call given up by then. */
const IDLE_LIMIT_MS = 5_000;
const AGENT = { maxSockets: 50, keepAlive: true, timeout: IDLE_LIMIT_MS };

/** The library costs 40 MB and half a second: whoever has no store does not load it. */
export const loadS3 = () => import('@aws-sdk/client-s3');

/**
 * A client that gives up: it waits forever by default, retries by itself, and only warns when `requestTimeout` is over
 * unless it is told to throw. Who calls decides about another attempt.
 */
export async function createS3Client(settings: StoreSettings, endpoint: string): Promise<S3Client> {
  const { S3Client: Client } = await loadS3();
  const { region, accessKeyId, secretAccessKey, timeoutMs } = settings;
  return new Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    // Buckets as host names would need a wildcard in the DNS of every store.
    forcePathStyle: true,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECT_LIMIT_MS,
      // From the first moment, the wait for a free socket included, to the first byte of the answer.
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
      // Whoever reads a body limits its silence: a reader that is slow itself must not be taken for a slow store.
      socketTimeout: 0,
      httpAgent: AGENT,
      httpsAgent: AGENT,
    },
    // The default adds a checksum of nothing to signed part URLs, which no browser could then match.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}
