import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect, test } from 'vitest';
import { startTestLink } from '../limits/testing/test-link.ts';
import { recordingLog } from '../testing/recording-log.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { createMetrics } from './metrics.ts';
import { createPool } from './postgres.ts';
import { requestContext, stateOf } from './request-context.ts';
import { createTenantDatabase } from './tenant-transaction.ts';
import { timeLimit } from './time-limit.ts';

const LIMIT_MS = 1_000;
const CALLS = 9;

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

test('behind a black hole callers have their answer at the time limit, and handlers end soon after it', async () => {
  await using parts = new AsyncDisposableStack();
  const database = parts.use(await createTestDatabase());
  const link = parts.use(await startTestLink(database.appUrl));
  const pool = createPool({ url: link.url, max: CALLS, name: 'black-hole', log: recordingLog([]) });
  parts.defer(() => pool.end());
  const tenants = createTenantDatabase({ pool, metrics: createMetrics() });
  const lived: number[] = [];
  const app = express().use(requestContext(), timeLimit(LIMIT_MS));
  app.get('/books', async (_request, response) => {
    const { usage, abandonment } = stateOf(response);
    const context = { tenantId: randomUUID(), requestId: 'test', usage, signal: abandonment.signal };
    const startedAtMs = performance.now();
    const reading = tenants.read(context, (tx) => tx.query('SELECT 1'));
    await reading.finally(() => lived.push(performance.now() - startedAtMs)).catch(() => {});
    if (!response.headersSent) response.json({});
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  parts.defer(() => void server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const ask = async () => {
    const startedAtMs = performance.now();
    const { status } = await fetch(`http://127.0.0.1:${port}/books`, { signal: AbortSignal.timeout(20_000) });
    return { status, tookMs: performance.now() - startedAtMs };
  };
  const warm = await Promise.all(Array.from({ length: CALLS }, ask));
  expect(warm.map(({ status }) => status)).toEqual(Array(CALLS).fill(200));

  link.silence();
  lived.length = 0;
  const answers: Awaited<ReturnType<typeof ask>>[] = [];
  // Some now, some later: a moment in which the machine stands still is in one of them.
  for (let group = 0; group < 3; group += 1) answers.push(...(await Promise.all([ask(), ask(), ask()])));
  expect(answers.map(({ status }) => status)).toEqual(Array(CALLS).fill(503));
  expect(median(answers.map(({ tookMs }) => tookMs)), 'ms until the answer').toBeLessThan(LIMIT_MS + 200);
  await expect.poll(() => lived.length).toBe(CALLS);
  // The time that a server has to end a statement, before its connection is closed.
  expect(median(lived), 'ms until the handler has ended').toBeLessThan(LIMIT_MS + 500 + 200);
});
