import { EventEmitter } from 'node:events';
import type { Request, Response } from 'express';
import { expect, test } from 'vitest';
import { type LogLine, recordingLog } from '../testing/recording-log.ts';
import { accessLog } from './access-log.ts';
import { createMetrics } from './metrics.ts';

async function requestWith(queries: number) {
  const logs: LogLine[] = [];
  const metrics = createMetrics();
  const request = { method: 'GET', path: '/v2/books', route: { path: '/v2/books' } } as unknown as Request;
  const state = { requestId: 'request', usage: { queries }, principal: undefined };
  const response = Object.assign(new EventEmitter(), { locals: { state }, writableFinished: true, statusCode: 200 });
  accessLog({ log: recordingLog(logs), metrics })(request, response as unknown as Response, () => {});
  response.emit('close');
  return { logs, metrics: await metrics.render() };
}

const OVER_BUDGET = 'http_requests_over_query_budget_total{route="/v2/books"} 1';

test('10 statements are within the budget of a request', async () => {
  const { logs, metrics } = await requestWith(10);
  expect(metrics).not.toContain(OVER_BUDGET);
  expect(logs).toHaveLength(1);
});

test('11 statements are over the budget and counted, 20 are not yet worth a line', async () => {
  expect((await requestWith(11)).metrics).toContain(OVER_BUDGET);
  expect((await requestWith(20)).logs).toHaveLength(1);
});

test('a request with more than 20 statements is told of', async () => {
  const { logs } = await requestWith(21);
  expect(logs).toContainEqual(
    expect.objectContaining({
      level: 'warn',
      message: 'many statements for one request',
      fields: expect.objectContaining({ requestId: 'request', route: '/v2/books', queries: 21 }),
    }),
  );
});
