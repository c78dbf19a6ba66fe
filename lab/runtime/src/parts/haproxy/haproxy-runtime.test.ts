import path from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { parseStat, reachableSocket } from './haproxy-runtime.ts';

const STAT = [
  '# pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,dreq,dresp,ereq,econ,eresp,wretr,wredis,status,weight',
  'shop,FRONTEND,,,1,1,4000,3,240,300,0,0,0,,,,,OPEN,',
  'api,api-1,0,0,2,3,,3,240,300,,0,,0,0,0,0,UP,1',
  'api,api-2,0,0,0,0,,0,0,0,,0,,0,0,0,0,DOWN,1',
  'api,BACKEND,0,0,2,3,400,3,240,300,0,0,,0,0,0,0,UP,2',
].join('\n');

test('the servers of a pool are read with state and sessions', () => {
  expect(parseStat(STAT, 'api')).toEqual([
    { name: 'api-1', status: 'UP', sessions: 2 },
    { name: 'api-2', status: 'DOWN', sessions: 0 },
  ]);
});

test('an empty answer names no server', () => {
  expect(parseStat('', 'api')).toEqual([]);
});

test('a socket below this folder is reached by its short path', () => {
  expect(reachableSocket(path.join(process.cwd(), 'x', 'runtime.sock'))).toBe('x/runtime.sock');
});

test('a socket that no path reaches is said', () => {
  expect(() => reachableSocket(`/${'x'.repeat(200)}/runtime.sock`)).toThrow(
    expect.objectContaining({ code: 'E_SOCKET_PATH' }),
  );
});
