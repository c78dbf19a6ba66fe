import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureCacheFolder, openRun, resolveTools, startK6 } from '@lab/runtime';
import { listScenarioIds, loadScenario } from '@lab/scenarios';
import type { Evidence } from '@lab/sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';

// The k6 scripts are real, and so is k6; the service answers everything.

const scenarios = resolve(import.meta.dirname, '..', '..', '..', '..', 'scenarios');
const limitMs = 20_000;
const { signal } = new AbortController();
let service: Server;
let url: string;
let paths: Set<string>;

beforeEach(async () => {
  paths = new Set();
  service = createServer((request, response) => {
    paths.add(`${request.method} ${request.url?.replace(/\/book-\d+$/, '/:id').replace(/\?.*/, '')}`);
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(service, 'listening');
  url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
});
afterEach(() => {
  service.close();
  service.closeAllConnections();
});

/** Runs a script until it has made so many requests of the service; resolves to how many of each name. */
async function run(script: string, requests: number): Promise<ReadonlyMap<string, number>> {
  const repoRoot = await mkdtemp(join(tmpdir(), 'brownout-load-'));
  const cacheDir = await ensureCacheFolder(process.env);
  const { k6: tool } = await resolveTools(['k6'], { cacheDir, signal, env: process.env });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const counts = new Map<string, number>();
  try {
    await using open = await openRun({ repoRoot, cacheDir, tools: { k6: tool.path }, signal, log });
    const books = Array.from({ length: 10 }, (_, index) => ({ id: `book-${index}`, word: 'Salt & Smoke' }));
    const load = {
      LAB_REPLICAS: `${url},${url}`,
      LAB_RATE: '200',
      LAB_TENANTS: JSON.stringify([{ slug: 'shop-01', token: 't', books }]),
    };
    await using k6 = await startK6(open.ctx, {
      script,
      env: { ...load, LAB_ECHO_URL: url, LAB_ECHO_RATE: '10', LAB_SEED: '1' },
      onPoint: ({ metric, tags }) => {
        const { name = 'other', status } = tags;
        if (metric === 'http_req_duration' && status === '200') counts.set(name, (counts.get(name) ?? 0) + 1);
      },
    });
    const made = (): number => [...counts].reduce((sum, [name, count]) => (name === 'echo' ? sum : sum + count), 0);
    while (made() < requests)
      await Promise.race([delay(20), k6.finished.then(() => Promise.reject(new Error('ended')))]);
    await k6.stop();
    return counts;
  } finally {
    await rm(repoRoot, { recursive: true, force: true });
  }
}

const failing = (name: string, window: string) =>
  ['load.requests', 'load.failed'].map((series) => ({ atMs: 0, series, value: 100, labels: { window, name } }));

test.each(listScenarioIds())(
  'every request of %s is known to its steady state by name',
  { timeout: limitMs },
  async (id) => {
    const { checks, workload } = await loadScenario(id);
    const counts = await run(join(scenarios, id, workload.script), 300);
    const names = [...counts.keys()].filter((name) => name !== 'echo');
    const evidence = { history: [], exits: [], samples: names.flatMap((name) => failing(name, 'calm')) };
    const steady = checks.find((check) => check.id === `${id}/steady-state`);
    const found = steady?.judge(evidence as unknown as Evidence) ?? [];
    expect(
      found.flatMap(({ code, message }) => (code === 'ERRORS_AT_REST' ? /"(.+)"/.exec(message)?.[1] : [])).sort(),
    ).toEqual(names.sort());
    expect(counts.get('echo')).toBeGreaterThan(0);
    expect([...paths].filter((path) => path.includes('undefined'))).toEqual([]);
  },
);
