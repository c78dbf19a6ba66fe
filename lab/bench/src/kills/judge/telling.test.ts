import { expect, test } from 'vitest';
import { isPartTold, isReplicaTold, isWhole, parseStatus, type Status } from './telling.ts';

const status: Status = {
  running: true,
  phase: 'load',
  labPid: 1,
  problem: null,
  parts: [
    { part: 'postgres', pid: 10 },
    { part: 'toxiproxy', pid: 11 },
  ],
  replicas: [
    { name: 'api-1', up: true, pid: 20 },
    { name: 'api-2', up: true, pid: 21 },
  ],
};

test('a status is read, and what is none is not', () => {
  expect(parseStatus(JSON.stringify({ schema: 'lab.status/1', ...status }))).toEqual(status);
  expect(parseStatus('')).toBeNull();
  expect(parseStatus('{"running": 1}')).toBeNull();
});

test('a replica shown as the process that was killed is not told', () => {
  expect(isReplicaTold(status, 'api-1', 20)).toBe(false);
  expect(isReplicaTold(status, 'api-1', 19)).toBe(true);
  const down = { ...status, replicas: [{ name: 'api-1', up: false, pid: null }] };
  expect(isReplicaTold(down, 'api-1', 20)).toBe(true);
  expect(isReplicaTold({ ...status, running: false }, 'api-1', 19)).toBe(false);
});

test('a part is told by name, or by being listed no more', () => {
  expect(isPartTold(status, 'postgres', '')).toBe(false);
  expect(isPartTold({ ...status, problem: 'postgres has ended' }, 'postgres', '')).toBe(true);
  expect(isPartTold(status, 'redis-cache', '')).toBe(true);
  // Before the session stands no part is listed.
  expect(isPartTold({ ...status, phase: 'starting', parts: [] }, 'redis-cache', '')).toBe(false);
});

test('the load generator is listed never, so that it has to be named', () => {
  expect(isPartTold(status, 'k6', '')).toBe(false);
  expect(isPartTold({ ...status, problem: 'k6 was ended by SIGKILL' }, 'k6', '')).toBe(true);
});

test('a session that ended must have said why', () => {
  const ended = { ...status, running: false, phase: 'stopped' };
  expect(isPartTold(ended, 'postgres', 'Stopping.')).toBe(false);
  expect(isPartTold(ended, 'postgres', 'postgres was ended by SIGKILL.')).toBe(true);
});

test('a session is whole when all of it is up and under load', () => {
  expect(isWhole(status)).toBe(true);
  expect(isWhole({ ...status, phase: 'paused' })).toBe(false);
  expect(isWhole({ ...status, problem: 'x' })).toBe(false);
  expect(isWhole({ ...status, replicas: [{ name: 'api-1', up: false, pid: null }] })).toBe(false);
});
