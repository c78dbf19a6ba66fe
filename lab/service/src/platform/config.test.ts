import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { parseMigrationConfig, parseServiceConfig, parseWorkerConfig, variableNames } from './config.ts';

const VALID = {
  DATABASE_URL: 'postgres://user:database-password@127.0.0.1/shelfwise',
  REDIS_CACHE_URL: 'redis://127.0.0.1:6379',
  JWT_SECRET: 'x'.repeat(32),
};

test('defaults fill what is not set, and an empty variable counts as not set', () => {
  expect(parseServiceConfig({ ...VALID, PORT: '', UNRELATED: 'kept out' })).toEqual({
    environment: 'development',
    logLevel: 'info',
    host: '127.0.0.1',
    port: 3000,
    internalPort: 3001,
    databaseUrl: VALID.DATABASE_URL,
    databasePoolMax: 10,
    redisCacheUrl: VALID.REDIS_CACHE_URL,
    bookCacheTtlSeconds: 300,
    cacheLoadsMax: 5,
    jwtSecret: VALID.JWT_SECRET,
    accessTokenTtlSeconds: 900,
    shutdownDelayMs: 0,
    inFlightMax: 0,
    limits: expect.objectContaining({ redisUrl: undefined }),
    shutdownTimeoutMs: 10_000,
  });
});

test('the worker has defaults for all but its addresses, and needs neither a port nor a secret', () => {
  const { JWT_SECRET: _secret, ...stores } = VALID;
  const addresses = { REDIS_QUEUE_URL: 'redis://127.0.0.1:6380', PAYMENT_URL: 'http://127.0.0.1:4000' };
  expect(parseWorkerConfig({ ...stores, ...addresses, PORT: 'ignored' })).toEqual({
    environment: 'development',
    logLevel: 'info',
    host: '127.0.0.1',
    internalPort: 3001,
    databaseUrl: VALID.DATABASE_URL,
    databasePoolMax: 10,
    redisCacheUrl: VALID.REDIS_CACHE_URL,
    bookCacheTtlSeconds: 300,
    shutdownTimeoutMs: 10_000,
    redisQueueUrl: addresses.REDIS_QUEUE_URL,
    paymentUrl: addresses.PAYMENT_URL,
    paymentTimeoutMs: 2_000,
    jobLeaseMs: 30_000,
    jobStallCheckMs: 15_000,
    jobAttemptsMax: 8,
    backoffBaseMs: 2_000,
    backoffCapMs: 3_600_000,
    jobConcurrency: 8,
    jobCrashesMax: 3,
    outboxPollMs: 250,
    callLimits: expect.objectContaining({ redisUrl: undefined }),
  });
  expect(() => parseWorkerConfig(VALID)).toThrow(/REDIS_QUEUE_URL: expected string.*\n.*PAYMENT_URL: expected string/);
});

test('the configuration is frozen', () => {
  expect(Object.isFrozen(parseServiceConfig(VALID))).toBe(true);
});

test('an error names each variable, what was expected and what was found', () => {
  const parse = () => parseServiceConfig({ ...VALID, PORT: 'eighty', LOG_LEVEL: 'loud', REDIS_CACHE_URL: undefined });
  expect(parse).toThrow('PORT: expected a whole number from 0 to 65535, found "eighty"');
  expect(parse).toThrow(/LOG_LEVEL: expected .*"info".*, found "loud"/);
  expect(parse).toThrow('REDIS_CACHE_URL: expected string, found nothing');
});

test('an error never shows a secret', () => {
  const parse = () =>
    parseServiceConfig({ ...VALID, DATABASE_URL: 'mysql://root:hunter2@db', JWT_SECRET: 'too short' });
  expect(parse).toThrow('JWT_SECRET: expected at least 32 characters, found a hidden value of 9 characters');
  expect(parse).toThrow('DATABASE_URL: expected a URL that starts with postgres:// or postgresql://, found a hidden');
  expect(parse).not.toThrow(/hunter2|too short/);
});

test('.env.example names every variable, no other, and is usable as it is', async () => {
  const example = parseEnv(await readFile(new URL('../../.env.example', import.meta.url), 'utf8'));
  expect(Object.keys(example).sort()).toEqual([...variableNames].sort());
  expect(() =>
    [parseServiceConfig, parseWorkerConfig, parseMigrationConfig].map((parse) => parse(example)),
  ).not.toThrow();
});
