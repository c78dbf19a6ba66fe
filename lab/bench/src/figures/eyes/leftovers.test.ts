import { expect, test } from 'vitest';
import { leftOf, type Present, type Watched } from './leftovers.ts';
import type { SeenProcess } from './seen-process.ts';

const postgres: SeenProcess = {
  pid: 40,
  parent: 1,
  startTime: '9',
  name: 'postgres',
  commandLine: 'postgres -D data',
  cwd: '/run/data',
  run: '',
  part: '',
};
const watched: Watched = { labPid: 30, processes: [postgres], ports: [20_001, 20_002] };
const nothing: Present = { processes: [], listening: [], segments: [], files: [] };

test('of a lab that is gone nothing is left', () => {
  expect(leftOf(watched, nothing)).toEqual([]);
});

test('a process, a port, shared memory and a lock are each named', () => {
  const present: Present = {
    processes: [postgres],
    listening: [{ port: 20_002, inode: '1' }],
    segments: [{ id: '7', creator: 40 }],
    files: ['session.lock'],
  };
  expect(leftOf(watched, present)).toEqual([
    'process 40 (postgres)',
    'port 20002',
    'shared memory 7',
    'file session.lock',
  ]);
});

test('ports and shared memory of others are not counted', () => {
  const present: Present = {
    ...nothing,
    listening: [{ port: 5_432, inode: '1' }],
    segments: [{ id: '7', creator: 41 }],
  };
  expect(leftOf(watched, present)).toEqual([]);
});
