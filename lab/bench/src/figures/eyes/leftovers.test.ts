import { expect, test } from 'vitest';
import type { SeenProcess } from '../../machine/seen-process.ts';
import { leftOf, type Present, type Watched } from './leftovers.ts';

const postgres: SeenProcess = {
  pid: 40,
  parent: 1,
  startTime: '9',
  name: 'postgres',
  state: 'S',
  command: 'postgres -D data',
  cwd: '/run/data',
  run: '',
  part: '',
};
const watched: Watched = { labPid: 30, processes: [postgres], ports: [20_001, 20_002] };
const nothing: Present = { processes: [], listeners: [], segments: [], files: [] };

test('of a lab that is gone nothing is left', () => {
  expect(leftOf(watched, nothing)).toEqual([]);
});

test('a process, a port, shared memory and a lock are each named', () => {
  const present: Present = {
    processes: [postgres],
    listeners: [{ port: 20_002, inode: '1' }],
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
    listeners: [{ port: 5_432, inode: '1' }],
    segments: [{ id: '7', creator: 41 }],
  };
  expect(leftOf(watched, present)).toEqual([]);
});
