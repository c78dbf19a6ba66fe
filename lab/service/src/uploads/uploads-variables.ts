import * as z from 'zod';
import { ConfigurationError, httpUrl, integer, milliseconds, secret } from '../platform/config/environment.ts';

/** Without S3_ENDPOINT there are no uploads: neither routes nor work. */
export const uploadVariables = {
  S3_ENDPOINT: httpUrl.optional(),
  S3_PUBLIC_ENDPOINT: httpUrl.optional(),
  S3_REGION: z.string().default('us-east-1'),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket')
    .optional(),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: secret(z.string().optional()),
  S3_TIMEOUT_MS: integer({ min: 100, max: 60_000, fallback: '5000' }),
};

/** Of the API. */
export const uploadApiVariables = {
  ...uploadVariables,
  UPLOAD_FORM_TTL_SECONDS: integer({ min: 1, max: 3_600, fallback: '900' }),
  UPLOAD_MULTIPART_TTL_SECONDS: integer({ min: 1, max: 604_800, fallback: '86400' }),
  UPLOAD_IMAGE_MAX_BYTES: bytes('100000000'),
  UPLOAD_VIDEO_MAX_BYTES: bytes('1000000000'),
  UPLOAD_PENDING_MAX: integer({ min: 1, max: 100_000, fallback: '100' }),
  UPLOAD_QUOTA_BYTES: bytes('20000000000'),
  DOWNLOAD_TTL_SECONDS: integer({ min: 2, max: 86_400, fallback: '300' }),
};

/** Of the worker. */
export const uploadWorkVariables = {
  ...uploadVariables,
  CLAMD_ADDR: z
    .string()
    .regex(/^[\w.-]+:\d{1,5}$/, 'host:port')
    .optional(),
  SCAN_TIMEOUT_MS: milliseconds(10, '60000'),
  UPLOAD_CONCURRENCY: integer({ min: 1, max: 100, fallback: '2' }),
  UPLOAD_POLL_MS: milliseconds(10, '250'),
  UPLOAD_LEASE_MS: milliseconds(100, '30000'),
  UPLOAD_RETRY_MS: milliseconds(10, '2000'),
  UPLOAD_ATTEMPTS_MAX: integer({ min: 1, max: 100, fallback: '8' }),
  UPLOAD_GIVE_UP_SECONDS: integer({ min: 1, max: 2_592_000, fallback: '86400' }),
  UPLOAD_IMAGE_MAX_PIXELS: integer({ min: 1, max: 268_402_689, fallback: '50000000' }),
  UPLOAD_IMAGE_TIMEOUT_MS: milliseconds(100, '30000'),
  UPLOAD_SWEEP_MS: milliseconds(50, '60000'),
  UPLOAD_RECONCILE_MS: milliseconds(50, '3600000'),
  UPLOAD_GRACE_SECONDS: integer({ min: 1, max: 86_400, fallback: '300' }),
  UPLOAD_KEEP_SECONDS: integer({ min: 1, max: 31_536_000, fallback: '2592000' }),
};

const apiSchema = z.object(uploadApiVariables);
const workSchema = z.object(uploadWorkVariables);
type StoreValues = z.output<z.ZodObject<typeof uploadVariables>>;

export type StoreSettings = NonNullable<ReturnType<typeof storeSettings>>;
export type UploadSettings = NonNullable<ReturnType<typeof uploadSettings>>;
export type UploadWorkSettings = NonNullable<ReturnType<typeof uploadWorkSettings>>;

/** Undefined where there is no object store. Throws ConfigurationError when only a part of it is named. */
export function uploadSettings(values: z.output<typeof apiSchema>) {
  const store = storeSettings(values);
  return (
    store && {
      store,
      formTtlSeconds: values.UPLOAD_FORM_TTL_SECONDS,
      multipartTtlSeconds: values.UPLOAD_MULTIPART_TTL_SECONDS,
      bytesMax: { image: values.UPLOAD_IMAGE_MAX_BYTES, video: values.UPLOAD_VIDEO_MAX_BYTES },
      pendingMax: values.UPLOAD_PENDING_MAX,
      quotaBytes: values.UPLOAD_QUOTA_BYTES,
      downloadTtlSeconds: values.DOWNLOAD_TTL_SECONDS,
    }
  );
}

/** Undefined where there is no object store. Throws ConfigurationError when only a part of it is named, or no scanner. */
export function uploadWorkSettings(values: z.output<typeof workSchema>) {
  const store = storeSettings(values);
  if (!store) return undefined;
  const [host = '', port] = needed('CLAMD_ADDR', values.CLAMD_ADDR).split(':');
  return {
    store,
    scanner: { host, port: Number(port), timeoutMs: values.SCAN_TIMEOUT_MS },
    concurrency: values.UPLOAD_CONCURRENCY,
    pollMs: values.UPLOAD_POLL_MS,
    leaseMs: values.UPLOAD_LEASE_MS,
    retryMs: values.UPLOAD_RETRY_MS,
    attemptsMax: values.UPLOAD_ATTEMPTS_MAX,
    giveUpSeconds: values.UPLOAD_GIVE_UP_SECONDS,
    image: { pixelsMax: values.UPLOAD_IMAGE_MAX_PIXELS, timeoutMs: values.UPLOAD_IMAGE_TIMEOUT_MS },
    sweep: {
      everyMs: values.UPLOAD_SWEEP_MS,
      reconcileEveryMs: values.UPLOAD_RECONCILE_MS,
      graceSeconds: values.UPLOAD_GRACE_SECONDS,
      keepSeconds: values.UPLOAD_KEEP_SECONDS,
    },
  };
}

function storeSettings(values: StoreValues) {
  if (values.S3_ENDPOINT === undefined) return undefined;
  return {
    endpoint: values.S3_ENDPOINT,
    /** Where browsers reach it. */
    publicEndpoint: values.S3_PUBLIC_ENDPOINT ?? values.S3_ENDPOINT,
    region: values.S3_REGION,
    bucket: needed('S3_BUCKET', values.S3_BUCKET),
    accessKeyId: needed('S3_ACCESS_KEY_ID', values.S3_ACCESS_KEY_ID),
    secretAccessKey: needed('S3_SECRET_ACCESS_KEY', values.S3_SECRET_ACCESS_KEY),
    timeoutMs: values.S3_TIMEOUT_MS,
  };
}

/** Up to a terabyte. */
function bytes(fallback: string) {
  const expected = 'a whole number of bytes from 1 to 1000000000000';
  return z
    .string()
    .regex(/^\d{1,13}$/, expected)
    .transform(Number)
    .refine((value) => value >= 1 && value <= 1e12, expected)
    .prefault(fallback);
}

function needed(name: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw new ConfigurationError(
    `The configuration is not usable.\n  ${name}: needed where S3_ENDPOINT is set, found nothing`,
  );
}
