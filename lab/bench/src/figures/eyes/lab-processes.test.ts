import { expect, test } from 'vitest';
import type { SeenProcess } from '../../machine/seen-process.ts';
import { partName, processesOf } from './lab-processes.ts';

const root = '/home/ada/brownout/.lab/bench/1-2/checkout';
const lab = { root, runs: ['20260101-000000-aaaa'] };

function seen(pid: number, facts: Partial<SeenProcess> = {}): SeenProcess {
  const none = { parent: 1, startTime: '5', name: 'node', state: 'S', command: 'node', cwd: '/', run: '', part: '' };
  return { pid, ...none, ...facts };
}

test('a lab owns what carries its mark, names its folder, works in it, or was started by such a process', () => {
  const all = [
    seen(10, { command: `node ${root}/lab/cli/bin/session-main.ts {}` }),
    seen(11, { parent: 10 }),
    seen(12, { parent: 11 }),
    seen(13, { run: '20260101-000000-aaaa' }),
    seen(14, { cwd: `${root}/.lab/runs/20260101-000000-aaaa/parts/postgres/data` }),
    seen(20, { run: '20260101-000000-bbbb' }),
    seen(21, { cwd: `${root}-of-another` }),
    seen(22, { command: 'sleep 1000', cwd: '/home/ada/brownout' }),
  ];
  expect(processesOf(all, lab).map(({ pid }) => pid)).toEqual([10, 11, 12, 13, 14]);
});

test('a process is named by its part', () => {
  expect(partName(seen(1, { part: 'x' }), 1)).toBe('lab');
  expect(partName(seen(2, { part: '20260101-000000-aaaa/api-1/0f0f' }), 1)).toBe('api-1');
  expect(partName(seen(3, { name: 'postgres' }), 1)).toBe('postgres');
  expect(partName(seen(4, { name: 'sh', command: '/bin/sh -c read -r line' }), 1)).toBe('guardian');
  expect(partName(seen(5, { command: 'node guardian-main.ts' }), 1)).toBe('guardian');
});
