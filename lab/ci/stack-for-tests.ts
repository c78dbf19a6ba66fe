import { resolve } from 'node:path';
import { ensureCacheFolder, openRun, resolveTools, startPostgres, startRedis } from '@lab/runtime';
import { Client } from 'pg';
import { offerStore } from './store-on-demand.ts';

const repoRoot = resolve(import.meta.dirname, '..', '..');

/** Stores for the integration tests: real ones, started once, addresses in the environment, gone at the end. */
export async function setup(): Promise<() => Promise<void>> {
  const cacheDir = await ensureCacheFolder(process.env);
  const signal = new AbortController().signal;
  const found = await resolveTools(['postgres', 'redis-server', 'toxiproxy', 'k6'], {
    cacheDir,
    signal,
    env: process.env,
  });
  const tools = Object.fromEntries(Object.values(found).map((tool) => [tool.name, tool.path]));
  const log = { info: () => undefined, warn: console.warn, error: console.error };
  const run = await openRun({ repoRoot, cacheDir, tools, signal, log });
  const template = { key: 'integration-tests', build: async () => undefined };
  const postgres = await startPostgres(run.ctx, { template });
  await makeDefaultTemplate(postgres.adminUrl('postgres'));
  const redis = await startRedis(run.ctx, { name: 'redis-cache', maxMemoryMiB: 64, policy: 'allkeys-lru' });
  const store = await offerStore(run, async () => {
    const { versitygw } = await resolveTools(['versitygw'], { cacheDir, signal, env: process.env });
    return versitygw.path;
  });
  process.env['TEST_DATABASE_ADMIN_URL'] = postgres.adminUrl('postgres');
  process.env['TEST_REDIS_URL'] = redis.url;
  process.env['TEST_S3_URL'] = store.url;
  return async () => {
    await store[Symbol.asyncDispose]();
    await redis[Symbol.asyncDispose]();
    await postgres[Symbol.asyncDispose]();
    await run[Symbol.asyncDispose]();
  };
}

/** The runtime's cluster goes without `template1`; tests that make databases of their own expect one. */
async function makeDefaultTemplate(adminUrl: string): Promise<void> {
  const admin = new Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query('CREATE DATABASE template1 TEMPLATE template_shop');
  } finally {
    await admin.end();
  }
}
