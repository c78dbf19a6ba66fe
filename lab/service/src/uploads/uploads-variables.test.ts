import { expect, test } from 'vitest';
import * as z from 'zod';
import { parseEnvironment } from '../platform/config/environment.ts';
import { uploadApiVariables, uploadSettings, uploadWorkSettings, uploadWorkVariables } from './uploads-variables.ts';

const STORE = {
  S3_ENDPOINT: 'http://127.0.0.1:9000',
  S3_BUCKET: 'shelfwise',
  S3_ACCESS_KEY_ID: 'key',
  S3_SECRET_ACCESS_KEY: 'secret-of-the-store',
};
const api = (environment: Record<string, string>) =>
  uploadSettings(parseEnvironment(z.object(uploadApiVariables), environment));
const work = (environment: Record<string, string>) =>
  uploadWorkSettings(parseEnvironment(z.object(uploadWorkVariables), environment));

test('without an object store there are no uploads', () => {
  expect(api({})).toBeUndefined();
  expect(work({ CLAMD_ADDR: '127.0.0.1:3310' })).toBeUndefined();
});

test('defaults are those of the product', () => {
  expect(api(STORE)).toMatchObject({
    formTtlSeconds: 900,
    bytesMax: { image: 100_000_000, video: 1_000_000_000 },
    store: { publicEndpoint: STORE.S3_ENDPOINT },
  });
  expect(work({ ...STORE, CLAMD_ADDR: 'clamd.internal:3310' })).toMatchObject({
    scanner: { host: 'clamd.internal', port: 3310 },
    image: { pixelsMax: 50_000_000 },
  });
});

test('a store that is named in part is an error, and so is a worker without a scanner', () => {
  const { S3_SECRET_ACCESS_KEY: _secret, ...rest } = STORE;
  expect(() => api(rest)).toThrow('S3_SECRET_ACCESS_KEY: needed where S3_ENDPOINT is set');
  expect(() => work(STORE)).toThrow('CLAMD_ADDR: needed');
});

test('a form is never valid for more than an hour', () => {
  expect(() => api({ ...STORE, UPLOAD_FORM_TTL_SECONDS: '3601' })).toThrow('from 1 to 3600');
});
