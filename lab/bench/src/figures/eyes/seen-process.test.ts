import { expect, test } from 'vitest';
import { parseStat, partName, processesOf, type SeenProcess } from './seen-process.ts';

const root = '/home/ada/brownout/.lab/bench/1-2/checkout';
const lab = { root, runs: ['20260101-000000-aaaa'] };

function seen(pid: number, facts: Partial<SeenProcess> = {}): SeenProcess {
  const none = { parent: 1, startTime: '5', name: 'node', commandLine: 'node', cwd: '/', run: '', part: '' };
  return { pid, ...none, ...facts };
}

test('a stat line is read although the name has spaces and parentheses', () => {
  const rest = `S 7 ${Array.from({ length: 17 }, () => '0').join(' ')} 4711 0 0`;
  expect(parseStat(`42 (tmux: (server)) ${rest}`)).toEqual({
    pid: 42,
    name: 'tmux: (server)',
    parent: 7,
    startTime: '4711',
  });
  expect(parseStat(`42 (node) ${rest.replace('S', 'Z')}`)).toBeNull();
  expect(parseStat('')).toBeNull();
});

test('a lab owns what carries its mark, names its folder, works in it, or was started by such a process', () => {
  const all = [
    seen(10, { commandLine: `node ${root}/lab/cli/bin/session-main.ts {}` }),
    seen(11, { parent: 10 }),
    seen(12, { parent: 11 }),
    seen(13, { run: '20260101-000000-aaaa' }),
    seen(14, { cwd: `${root}/.lab/runs/20260101-000000-aaaa/parts/postgres/data` }),
    seen(20, { run: '20260101-000000-bbbb' }),
    seen(21, { cwd: `${root}-of-another` }),
    seen(22, { commandLine: 'sleep 1000', cwd: '/home/ada/brownout' }),
  ];
  expect(processesOf(all, lab).map(({ pid }) => pid)).toEqual([10, 11, 12, 13, 14]);
});

test('a process is named by its part', () => {
  expect(partName(seen(1, { part: 'x' }), 1)).toBe('lab');
  expect(partName(seen(2, { part: '20260101-000000-aaaa/api-1/0f0f' }), 1)).toBe('api-1');
  expect(partName(seen(3, { name: 'postgres' }), 1)).toBe('postgres');
  expect(partName(seen(4, { name: 'sh', commandLine: '/bin/sh -c read -r line' }), 1)).toBe('guardian');
  expect(partName(seen(5, { commandLine: 'node guardian-main.ts' }), 1)).toBe('guardian');
});
