import { expect, test } from 'vitest';
import type { Client } from '../connect/clients.ts';
import type { Connection } from '../connect/connection.ts';
import { connectionLines, connectionTable } from './connection-lines.ts';
import { createPaint } from './paint.ts';

const cache: Connection = {
  name: 'redis-cache',
  about: 'Redis, the cache',
  url: 'redis://127.0.0.1:5001',
  secretFile: '/run/redis-cache.password',
  client: 'redis-cli',
  command: 'redis-cli -p 5001',
  notes: ['It goes past Toxiproxy.'],
};
const down: Connection = {
  name: 'api-2',
  about: 'a replica',
  url: null,
  secretFile: null,
  client: 'curl',
  command: null,
  notes: ['It is down.'],
};
const kettle: Connection = { ...down, name: 'kettle', url: 'http://127.0.0.1:1', client: null, notes: [] };
const shown = (...installed: Client[]) => ({ installed: new Set(installed), paint: createPaint(false) });

test('the table has a line for each', () => {
  expect(connectionTable([cache, down, kettle], shown('curl'))).toEqual([
    'redis-cache  redis://127.0.0.1:5001  Redis, the cache  redis-cli (not on your PATH)',
    'api-2        down                    a replica         curl',
    'kettle       http://127.0.0.1:1      a replica',
  ]);
});

test('one is told with the command, at the left edge', () => {
  expect(connectionLines(cache, shown('redis-cli'))).toEqual([
    'redis-cache  Redis, the cache',
    'Address   redis://127.0.0.1:5001',
    'Password  in /run/redis-cache.password, which goes away with the session',
    '',
    'redis-cli -p 5001',
    '',
    'It goes past Toxiproxy.',
  ]);
});

test('without its client there is the package in place of the command', () => {
  const lines = connectionLines(cache, shown());
  expect(lines).toContain(
    'redis-cli is not on your PATH. Debian and Ubuntu have it in redis-tools, Homebrew in redis.',
  );
  expect(lines).not.toContain('redis-cli -p 5001');
});

test('one that is down has no command', () => {
  expect(connectionLines(down, shown('curl'))).toEqual(['api-2  a replica', 'Address  down', '', 'It is down.']);
});

test('one without a client has its address', () => {
  expect(connectionLines(kettle, shown())).toEqual(['kettle  a replica', 'Address  http://127.0.0.1:1']);
});
