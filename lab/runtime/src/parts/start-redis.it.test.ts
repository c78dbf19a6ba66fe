import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantListener } from '../testing/planted-listener.ts';
import { openTestRun, type TestRun } from '../testing/test-run.ts';
import { toolsForTests } from '../testing/tools-for-tests.ts';
import { type StartedRedis, startRedis } from './start-redis.ts';

const SPEC = { name: 'redis-cache', maxMemoryMiB: 16, policy: 'allkeys-lru' } as const;

let run: TestRun;
let redis: StartedRedis;
let client: Redis;

beforeAll(async () => {
  run = await openTestRun({ tools: await toolsForTests(['redis-server']) });
  redis = await startRedis(run.ctx, SPEC);
  client = new Redis(redis.url);
});
afterAll(async () => {
  client.disconnect();
  await redis[Symbol.asyncDispose]();
  await run[Symbol.asyncDispose]();
});

test('the URL carries the password and what it needs to be used', async () => {
  await client.set('greeting', 'hello');
  expect(await client.get('greeting')).toBe('hello');
});

test('without the password nothing is answered', async () => {
  const stranger = new Redis({ host: redis.host, port: redis.port, lazyConnect: true, retryStrategy: () => null });
  stranger.on('error', () => {});
  await expect(stranger.get('greeting')).rejects.toThrow(/NOAUTH|Authentication/);
  stranger.disconnect();
});

test('memory has the limit and policy that were asked for', async () => {
  expect(await client.config('GET', 'maxmemory')).toEqual(['maxmemory', String(16 * 1024 * 1024)]);
  expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'allkeys-lru']);
});

test('nothing is kept on disk', async () => {
  expect(await client.config('GET', 'save')).toEqual(['save', '']);
  expect(await client.config('GET', 'appendonly')).toEqual(['appendonly', 'no']);
});

test.runIf(process.platform === 'linux')(
  'the password is in a file that only its user reads, and in no argument',
  () => {
    const file = path.join(run.ctx.runDir, 'parts', 'redis-cache', 'redis.conf');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(`/proc/${redis.pid}/cmdline`, 'utf8')).not.toContain(redis.password);
  },
);

test('a port that is taken makes it start on another', async () => {
  await using taken = await plantListener();
  await using other = await openTestRun({ tools: run.ctx.tools });
  await using second = await startRedis(other.ctx, { ...SPEC, firstPort: taken.port });
  expect(second.port).not.toBe(taken.port);
  expect(other.messages.join()).toContain('port taken meanwhile, trying another');
});

test('its folder goes away with it', async () => {
  await using other = await openTestRun({ tools: run.ctx.tools });
  const second = await startRedis(other.ctx, SPEC);
  await second.stop();
  expect(existsSync(path.join(other.ctx.runDir, 'parts', 'redis-cache'))).toBe(false);
});

test('a server that cannot start says what it printed', async () => {
  await using other = await openTestRun({ tools: { 'redis-server': '/bin/false' } });
  await expect(startRedis(other.ctx, SPEC)).rejects.toMatchObject({
    code: 'E_PART_START',
    message: 'redis-cache exited with code 1 while starting. It printed nothing.',
  });
});
