import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { waitUntil } from '../readiness/wait-until.ts';
import { makeTestFolder, openTestRun, type TestRun } from '../testing/test-run.ts';
import { toolsForTests } from '../testing/tools-for-tests.ts';
import type { ToolPaths } from '../tools/tool-types.ts';
import type { K6Point } from './k6-points.ts';
import { type StartedEcho, startEcho } from './start-echo.ts';
import { type StartedK6, startK6 } from './start-k6.ts';

const HEAD = `import http from 'k6/http';
const load = (duration) => ({ scenarios: { load: { executor: 'constant-arrival-rate', rate: 100, timeUnit: '1s',
  duration, preAllocatedVUs: 5, maxVUs: 5, gracefulStop: '1s' } }, discardResponseBodies: true });
`;
const CALL = `export default () => { http.get(__ENV.TARGET, { tags: { name: 'echo' } }); };`;

let tools: ToolPaths;
let run: TestRun;
let echo: StartedEcho;
let folder: string;
let points: K6Point[];

beforeAll(async () => {
  tools = await toolsForTests(['k6']);
  folder = makeTestFolder();
});
beforeEach(async () => {
  points = [];
  run = await openTestRun({ tools });
  echo = await startEcho(run.ctx);
});
afterEach(async () => {
  await echo[Symbol.asyncDispose]();
  await run[Symbol.asyncDispose]();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(script: string): Promise<StartedK6> {
  const file = path.join(folder, 'workload.js');
  writeFileSync(file, HEAD + script);
  return startK6(run.ctx, { script: file, env: { TARGET: echo.url }, onPoint: (point) => points.push(point) });
}

const countOf = (metric: string): number => points.filter((point) => point.metric === metric).length;

test('each request is a point, and the summary counts the same', async () => {
  await using k6 = await start(`export const options = load('1s'); ${CALL}`);
  const { exitCode, summary } = await k6.finished;
  expect(exitCode).toBe(0);
  const metrics = summary.metrics as Record<string, { count: number }>;
  expect(metrics.http_reqs?.count).toBe(countOf('http_reqs'));
  expect(countOf('http_req_duration')).toBe(countOf('http_reqs'));
  expect(countOf('http_reqs')).toBeGreaterThanOrEqual(50);
  const request = points.find((point) => point.metric === 'http_req_duration');
  expect(request?.tags).toMatchObject({ name: 'echo', status: '204' });
  expect(Math.abs((request?.atWallMs ?? 0) - Date.now())).toBeLessThan(10_000);
});

test('stop ends the load early and keeps what was measured', async () => {
  await using k6 = await start(`export const options = load('60s'); ${CALL}`);
  await waitUntil(() => points.length > 0, { what: 'the first point', withinMs: 20_000 });
  expect(await k6.stop()).toMatchObject({ exitCode: 105, requested: true });
  const { exitCode, summary } = await k6.finished;
  expect(exitCode).toBe(105);
  expect((summary.metrics as Record<string, { count: number }>).http_reqs?.count).toBe(countOf('http_reqs'));
});

test('a crossed threshold is a measurement, not a failure', async () => {
  await using k6 = await start(
    `export const options = { ...load('1s'), thresholds: { http_reqs: ['count<1'] } }; ${CALL}`,
  );
  expect((await k6.finished).exitCode).toBe(99);
});

test.each([
  ['does not parse', 'export default () => {', /exited with code 107/],
  ['imports what is not there', `import 'k6/nowhere'; export default () => {};`, /exited with code \d+[\s\S]*nowhere/],
])('a script that %s is a failure of the lab', async (_, script, message) => {
  await using k6 = await start(script);
  await expect(k6.finished).rejects.toMatchObject({ code: 'E_K6_FAILED', message: expect.stringMatching(message) });
});

test('a k6 that was killed has failed', async () => {
  await using k6 = await start(`export const options = load('60s'); ${CALL}`);
  await k6.kill();
  await expect(k6.finished).rejects.toMatchObject({ code: 'E_K6_FAILED' });
});

test('a run in which nothing is measured has a summary too', async () => {
  await using k6 = await start(`export const options = load('1s'); export default () => { throw new Error('x'); };`);
  const { exitCode, summary } = await k6.finished;
  expect(exitCode).toBe(0);
  expect(summary.metrics).not.toHaveProperty('http_reqs');
  expect(points.filter((point) => point.metric !== 'dropped_iterations')).toEqual([]);
});

test('nothing is written but the files that were named', async () => {
  await using k6 = await start(`export const options = load('1s'); ${CALL}`);
  await k6.finished;
  expect(readdirSync(path.join(run.ctx.runDir, 'parts', 'k6')).sort()).toEqual(['config.json', 'summary.json']);
  expect(existsSync(path.join(run.ctx.runDir, 'logs', 'k6.log'))).toBe(true);
});
