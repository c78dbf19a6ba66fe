import { expect, test } from 'vitest';
import { REDIS_SETTINGS, type RedisName, redisConfig } from './redis-config.ts';

const linesOf = (name: RedisName): string[] =>
  redisConfig({ ...REDIS_SETTINGS[name], host: '127.0.0.1', port: 20_001, password: 'secret', folder: '/a folder' })
    .trimEnd()
    .split('\n');

const names = Object.keys(REDIS_SETTINGS) as RedisName[];

test.each(names)('%s listens on loopback only, with a password, and makes no snapshots', (name) => {
  expect(linesOf(name)).toEqual(
    expect.arrayContaining(['port 20001', 'bind 127.0.0.1', 'requirepass secret', 'save ""', 'dir "/a folder"']),
  );
});

test('the queue keeps what it was told, and refuses what it has no room for', () => {
  expect(linesOf('redis-queue')).toEqual(
    expect.arrayContaining([
      'appendonly yes',
      'appendfsync everysec',
      'appenddirname "appendonlydir"',
      'maxmemory 128mb',
      'maxmemory-policy noeviction',
    ]),
  );
});

test('the limits are kept in memory, and never dropped', () => {
  expect(linesOf('redis-limits')).toEqual(
    expect.arrayContaining(['appendonly no', 'maxmemory 32mb', 'maxmemory-policy noeviction']),
  );
});

test('the cache drops what was not used for longest', () => {
  expect(linesOf('redis-cache')).toEqual(
    expect.arrayContaining(['appendonly no', 'maxmemory 64mb', 'maxmemory-policy allkeys-lru']),
  );
});
