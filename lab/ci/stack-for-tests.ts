import { resolve } from 'node:path';
import {
  ensureCacheFolder,
  freePorts,
  openRun,
  resolveTools,
  startPostgres,
  startRedis,
  startS3,
  startVarnish,
  type ToolName,
} from '@lab/runtime';
import { Client } from 'pg';
import { startBuiltSite } from './built-site.ts';
import { offerOnDemand } from './part-on-demand.ts';
import { startEdge } from './start-edge.ts';

const repoRoot = resolve(import.meta.dirname, '..', '..');
const deployFile = (name: string) => resolve(repoRoot, 'lab', 'service', 'deploy', name);

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
  const withTool = async (name: ToolName) => {
    const { [name]: tool } = await resolveTools([name], { cacheDir, signal, env: process.env });
    return { ...run.ctx, tools: { ...tools, [name]: tool.path } };
  };
  const store = await offerOnDemand(async () => {
    const part = await startS3(await withTool('versitygw'));
    const { url: endpoint, region, credentials } = part;
    return { part, facts: { endpoint, region, ...credentials } };
  });
  const varnish = await offerOnDemand(async () => {
    const [originPort = 0] = await freePorts(1);
    const origin = { host: '127.0.0.1', port: originPort };
    const part = await startVarnish(await withTool('varnish'), { rulesFile: deployFile('varnish.vcl'), origin });
    return { part, facts: { url: part.url, originPort } };
  });
  const edge = await offerOnDemand(async () => {
    const { endpoint } = (await (await fetch(store.url)).json()) as { endpoint: string };
    const part = await startEdge(await withTool('haproxy'), { configFile: deployFile('edge.cfg'), storeUrl: endpoint });
    const { shopUrl, filesUrl, apiPort } = part;
    return { part, facts: { shopUrl, filesUrl, apiPort } };
  });
  const site = await offerOnDemand(startBuiltSite);
  process.env['TEST_DATABASE_ADMIN_URL'] = postgres.adminUrl('postgres');
  process.env['TEST_REDIS_URL'] = redis.url;
  process.env['TEST_S3_URL'] = store.url;
  process.env['TEST_VARNISH_URL'] = varnish.url;
  process.env['TEST_EDGE_URL'] = edge.url;
  process.env['TEST_SITE_URL'] = site.url;
  return async () => {
    await site[Symbol.asyncDispose]();
    await edge[Symbol.asyncDispose]();
    await varnish[Symbol.asyncDispose]();
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
