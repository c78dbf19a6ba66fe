import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { redisPing } from '../../readiness/redis-ping.ts';
import { processInfo } from '../../supervision/process-table.ts';
import { plantListener } from '../../testing/planted-listener.ts';
import { openTestRun, type TestRun } from '../../testing/test-run.ts';
import { toolsForTests } from '../../testing/tools-for-tests.ts';
import type { RedisName } from './redis-config.ts';
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

test('a paused server does not answer, and answers once it is resumed', async () => {
  await redis.pause();
  expect(await redisPing(redis, { timeoutMs: 300 })).toBe(false);
  await redis.resume();
  expect(await redisPing(redis, { timeoutMs: 1000 })).toBe(true);
});

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

describe('restart', () => {
  /** Runs one command on a connection of its own. */
  async function ask<T>(target: StartedRedis, command: (client: Redis) => Promise<T>): Promise<T> {
    const own = new Redis(target.url, { maxRetriesPerRequest: 1, retryStrategy: () => null });
    own.on('error', () => {});
    try {
      return await command(own);
    } finally {
      own.disconnect();
    }
  }

  async function startFilled(name: RedisName): Promise<{ run: TestRun; redis: StartedRedis }> {
    const other = await openTestRun({ tools: run.ctx.tools });
    const started = await startRedis(other.ctx, { name });
    await ask(started, (own) => own.set('job', 'waiting'));
    return { run: other, redis: started };
  }

  test('a killed queue comes back on its port, with what it was told', async () => {
    const { run: other, redis: queue } = await startFilled('redis-queue');
    await using _run = other;
    await using _queue = queue;
    const { pid, port, url } = queue;
    expect(await queue.kill()).toMatchObject({ signal: 'SIGKILL', requested: true });
    await queue.restart();
    expect(await ask(queue, (own) => own.get('job'))).toBe('waiting');
    expect([queue.port, queue.url]).toEqual([port, url]);
    expect(queue.pid).not.toBe(pid);
    expect(processInfo(pid)).toBeNull();
  });

  test('a queue that runs, or is paused, is killed and comes back', async () => {
    const { run: other, redis: queue } = await startFilled('redis-queue');
    await using _run = other;
    await using _queue = queue;
    const { exited } = queue;
    await queue.pause();
    await queue.restart();
    expect(await exited).toMatchObject({ signal: 'SIGKILL', requested: true });
    expect(await ask(queue, (own) => own.get('job'))).toBe('waiting');
  });

  test('a queue that nobody of ours killed comes back too', async () => {
    const { run: other, redis: queue } = await startFilled('redis-queue');
    await using _run = other;
    await using _queue = queue;
    process.kill(queue.pid, 'SIGKILL');
    await queue.exited;
    await queue.restart();
    expect(await ask(queue, (own) => own.get('job'))).toBe('waiting');
  });

  test('restartEmpty forgets', async () => {
    const { run: other, redis: queue } = await startFilled('redis-queue');
    await using _run = other;
    await using _queue = queue;
    await queue.restartEmpty();
    expect(await ask(queue, (own) => own.get('job'))).toBeNull();
    await ask(queue, (own) => own.set('job', 'next'));
    await queue.restart();
    expect(await ask(queue, (own) => own.get('job'))).toBe('next');
  });

  test('limits are forgotten with their process', async () => {
    const { run: other, redis: limits } = await startFilled('redis-limits');
    await using _run = other;
    await using _limits = limits;
    expect(await ask(limits, (own) => own.config('GET', 'maxmemory-policy'))).toContain('noeviction');
    await limits.restart();
    expect(await ask(limits, (own) => own.get('job'))).toBeNull();
  });

  test('two at once leave one server, and stop waits for it', async () => {
    const { run: other, redis: queue } = await startFilled('redis-queue');
    await using _run = other;
    await Promise.all([queue.restart(), queue.restart(), queue.stop()]);
    expect(processInfo(queue.pid)).toBeNull();
    await expect(queue.restart()).rejects.toMatchObject({ code: 'E_PART_ENDED' });
  });

  test('a port that another program took is said, and the queue comes back once it is free', async () => {
    const { run: other, redis: queue } = await startFilled('redis-queue');
    await using _run = other;
    await using _queue = queue;
    await queue.kill();
    const thief = await plantListener(queue.port);
    await expect(queue.restart()).rejects.toMatchObject({ code: 'E_PORT_TAKEN' });
    await thief[Symbol.asyncDispose]();
    await queue.restart();
    expect(await ask(queue, (own) => own.get('job'))).toBe('waiting');
  });
});
