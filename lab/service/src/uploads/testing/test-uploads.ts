import { expect } from 'vitest';
import * as z from 'zod';
import { createAuthFeature } from '../../auth/auth-feature.ts';
import { parseEnvironment } from '../../platform/config/environment.ts';
import { createHttpApp } from '../../platform/http-app.ts';
import { listen } from '../../platform/http-server.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { createPool } from '../../platform/postgres.ts';
import { createProbes } from '../../platform/probes.ts';
import { createCrossTenantDatabase, createTenantDatabase } from '../../platform/tenant-transaction.ts';
import { type LogLine, recordingLog } from '../../testing/recording-log.ts';
import { startTestService, type TestService, type TestTenant } from '../../testing/test-service.ts';
import type { Upload, UploadStatus } from '../upload.ts';
import { createUploadsFeature } from '../uploads-feature.ts';
import { uploadApiVariables, uploadSettings, uploadWorkSettings, uploadWorkVariables } from '../uploads-variables.ts';
import { startUploadsWork } from '../uploads-work.ts';
import { startTestScanner, type TestScanner } from './test-scanner.ts';
import { openTestStore, type TestStore } from './test-store.ts';

type Variables = Readonly<Record<string, string>>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads the fields it expects, and fails when they are not there.
  readonly json: any;
}

export interface TestWork extends AsyncDisposable {
  readonly logs: readonly LogLine[];
}

/** Uploads of one shop, with everything real but the scanner. */
export interface UploadsSite extends AsyncDisposable {
  readonly service: TestService;
  readonly store: TestStore;
  readonly scanner: TestScanner;
  readonly tenant: TestTenant;
  readonly token: string;
  readonly url: string;
  /** As an administrator of the shop, unless another token is given. */
  ask(method: string, path: string, options?: { body?: unknown; token?: string; accept?: string }): Promise<Answer>;
  /** A worker's part in uploads. It is stopped with the site. */
  work(variables?: Variables): Promise<TestWork>;
  announce(content: Uint8Array, more?: object): Promise<Answer['json']>;
  /** Announced and sent, not confirmed; resolves with the answer to the announcement. */
  send(content: Uint8Array, more?: object): Promise<Answer['json']>;
  /** Announced, sent and confirmed; resolves with the id. */
  upload(content: Uint8Array, more?: object): Promise<string>;
  becomes(id: string, status: UploadStatus): Promise<Upload>;
  /** The bytes that the URL of an upload leads to. */
  download(id: string, query?: string): Promise<{ readonly headers: Headers; readonly content: Buffer }>;
}

const SECRET = 'a secret that the tests of uploads use, 32 characters or more';
const PATIENCE = { timeout: 20_000, interval: 20 };
/** Short times, so that a test of pauses and leases lasts a moment. */
const WORK = {
  UPLOAD_POLL_MS: '20',
  UPLOAD_LEASE_MS: '600',
  UPLOAD_RETRY_MS: '50',
  SCAN_TIMEOUT_MS: '1000',
  UPLOAD_SWEEP_MS: '86400000',
  UPLOAD_RECONCILE_MS: '86400000',
};

export async function startUploadsSite(variables: Variables = {}): Promise<UploadsSite> {
  await using starting = new AsyncDisposableStack();
  const service = starting.use(await startTestService({ JWT_SECRET: SECRET }));
  const store = starting.use(await openTestStore());
  const scanner = starting.use(await startTestScanner());
  const environment = { ...storeVariables(store), ...variables };
  const [log, metrics] = [recordingLog([]), createMetrics()];
  const pool = createPool({ url: service.database.appUrl, max: 10, name: 'test-uploads', log });
  starting.defer(() => pool.end());
  const database = createTenantDatabase({ pool, metrics });
  const auth = await createAuthFeature({ pool, database, secret: SECRET, ttlSeconds: 900 });
  const settings = uploadSettings(parseEnvironment(z.object(uploadApiVariables), environment));
  if (!settings) throw new Error('The test names no store.');
  const { authenticate } = auth;
  const feature = await createUploadsFeature({ settings, database, registry: metrics.registry, log, authenticate });
  starting.defer(() => feature.stop());
  const probes = createProbes({
    isStarted: () => true,
    isDraining: () => false,
    isDatabaseReachable: async () => true,
  });
  const inFlight = (_request: unknown, _response: unknown, next: () => void) => next();
  const app = createHttpApp({ log, metrics, probes, inFlight, routers: [auth.routes, feature.routes] });
  const { server, port } = await listen(app, { host: '127.0.0.1', port: 0 });
  starting.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const tenant = await service.createTenant();
  const token = await service.signIn(tenant);
  const url = `http://127.0.0.1:${port}`;

  const ask: UploadsSite['ask'] = async (method, path, options = {}) => {
    const { body, accept = 'application/json' } = options;
    const response = await fetch(new URL(path, url), {
      method,
      redirect: 'manual',
      headers: {
        accept,
        authorization: `Bearer ${options.token ?? token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, json: isJson ? JSON.parse(text) : undefined };
  };
  const announce: UploadsSite['announce'] = async (content, more = {}) => {
    const body = { kind: 'image', contentType: 'image/png', bytes: content.length, ...more };
    const { status, json } = await ask('POST', '/v2/uploads', { body });
    expect({ status, json }).toMatchObject({ status: 201 });
    return json;
  };
  const send: UploadsSite['send'] = async (content, more) => {
    const announced = await announce(content, more);
    expect(await store.post(announced.form, { content })).toMatchObject({ status: 204 });
    return announced;
  };
  const running = starting.move();

  return {
    service,
    store,
    scanner,
    tenant,
    token,
    url,
    ask,
    announce,
    send,
    async work(more = {}) {
      const logs: LogLine[] = [];
      const workMetrics = createMetrics();
      const workPool = createPool({ url: service.database.appUrl, max: 5, name: 'test-uploads-work', log });
      const parts = { pool: workPool, metrics: workMetrics };
      const workVariables = { ...WORK, CLAMD_ADDR: `127.0.0.1:${scanner.port}`, ...environment, ...more };
      const workSettings = uploadWorkSettings(parseEnvironment(z.object(uploadWorkVariables), workVariables));
      if (!workSettings) throw new Error('The test names no store.');
      const work = await startUploadsWork({
        settings: workSettings,
        database: createTenantDatabase(parts),
        acrossTenants: createCrossTenantDatabase(parts),
        registry: workMetrics.registry,
        log: recordingLog(logs),
      });
      const stop = once(async () => {
        await work.stop();
        await workPool.end();
      });
      running.defer(stop);
      return { logs, [Symbol.asyncDispose]: stop };
    },
    async upload(content, more) {
      const { id } = await send(content, more);
      expect((await ask('POST', `/v2/uploads/${id}/confirm`)).status).toBe(202);
      return id;
    },
    async becomes(id, status) {
      await expect.poll(async () => (await ask('GET', `/v2/uploads/${id}`)).json.status, PATIENCE).toBe(status);
      return (await ask('GET', `/v2/uploads/${id}`)).json;
    },
    async download(id, query = '') {
      const { status, headers } = await ask('GET', `/v2/uploads/${id}/content${query}`, { accept: '*/*' });
      expect(status).toBe(302);
      const answer = await fetch(headers.get('location') ?? '', { signal: AbortSignal.timeout(20_000) });
      expect(answer.status).toBe(200);
      return { headers: answer.headers, content: Buffer.from(await answer.arrayBuffer()) };
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

export function storeVariables({ settings }: TestStore): Record<string, string> {
  return {
    S3_ENDPOINT: settings.endpoint,
    S3_REGION: settings.region,
    S3_BUCKET: settings.bucket,
    S3_ACCESS_KEY_ID: settings.accessKeyId,
    S3_SECRET_ACCESS_KEY: settings.secretAccessKey,
    S3_TIMEOUT_MS: '2000',
  };
}

/** A worker that a test has stopped is not stopped again with the site. */
function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= work();
    return running;
  };
}
