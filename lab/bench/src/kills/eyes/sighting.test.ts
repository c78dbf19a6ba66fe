import { expect, test } from 'vitest';
import { idOf } from '../../machine/proc-files.ts';
import type { SeenProcess } from '../../machine/seen-process.ts';
import { leftoversOf, processesOf, type Remembered, type Scope, type Sighting } from './sighting.ts';

const run = '20260101-000000-aaaa';
const scope: Scope = { runs: [run], root: '/checkout' };
const nothing: Remembered = { processes: new Map(), sockets: new Set(), ports: new Set() };
const empty: Sighting = { processes: [], listeners: [], segments: [], paths: [] };

function seen(pid: number, fields: Partial<SeenProcess> = {}): SeenProcess {
  const usual = { parent: 1, name: 'sleep', state: 'S', command: 'sleep 60', cwd: '/', run: '', part: '' };
  return { pid, startTime: `${pid}0`, ...usual, ...fields };
}

function remembering(process: SeenProcess): Remembered {
  return { ...nothing, processes: new Map([[idOf(process), process]]) };
}

test('an empty machine has no leftovers', () => {
  expect(leftoversOf(empty, scope, nothing)).toEqual([]);
});

test.each<[string, Partial<SeenProcess>]>([
  ['marked with the run', { run }],
  ['that works in a folder of the run', { cwd: `/checkout/.lab/runs/${run}/parts/postgres/data` }],
  ['that names the run', { command: `guardian-main.ts /elsewhere/${run}` }],
  ['that names the checkout', { command: 'node /checkout/lab/cli/bin/session-main.ts {}' }],
])('a planted process %s is named', (_what, fields) => {
  const sighting = { ...empty, processes: [seen(9), seen(10, fields)] };
  expect(leftoversOf(sighting, scope, nothing)).toEqual([expect.stringContaining('process 10 (')]);
});

test('a process that was seen before is known by its id and its start', () => {
  const before = seen(10);
  const sighting = { ...empty, processes: [before] };
  expect(leftoversOf(sighting, scope, remembering(before))).toHaveLength(1);
  const another = { ...before, startTime: 'later' };
  expect(leftoversOf({ ...empty, processes: [another] }, scope, remembering(before))).toEqual([]);
});

test('descendants belong, however far', () => {
  const processes = [seen(12, { parent: 11 }), seen(11, { parent: 10 }), seen(10, { run }), seen(13)];
  expect(processesOf({ ...empty, processes }, scope, nothing).map(({ pid }) => pid)).toEqual([12, 11, 10]);
});

test('a process of another run is none of ours', () => {
  const processes = [seen(10, { run: '20260101-000000-bbbb', command: 'postgres: checkpointer' })];
  expect(leftoversOf({ ...empty, processes }, scope, nothing)).toEqual([]);
});

test('a socket that still listens is named, and so is another one on its port', () => {
  const remembered: Remembered = { ...nothing, sockets: new Set(['55']), ports: new Set([20_001]) };
  const listeners = [
    { port: 20_001, inode: '99' },
    { port: 20_002, inode: '77' },
  ];
  expect(leftoversOf({ ...empty, listeners }, scope, remembered)).toEqual(['a listener on port 20001']);
  // The next session may listen there.
  expect(leftoversOf({ ...empty, listeners }, { ...scope, root: null }, remembered)).toEqual([]);
  const same = [{ port: 20_001, inode: '55' }];
  expect(leftoversOf({ ...empty, listeners: same }, { ...scope, root: null }, remembered)).toHaveLength(1);
});

test('shared memory of a process that was seen is named', () => {
  const sighting: Sighting = {
    ...empty,
    segments: [
      { id: '5', creator: 10 },
      { id: '6', creator: 11 },
    ],
  };
  expect(leftoversOf(sighting, scope, remembering(seen(10)))).toEqual(['shared memory segment 5']);
});

test('temporary folders are named by their place in the checkout', () => {
  const sighting = { ...empty, paths: [`/checkout/.lab/runs/${run}/parts`] };
  expect(leftoversOf(sighting, scope, nothing)).toEqual([`.lab/runs/${run}/parts`]);
});

test('a command is told without its folders', () => {
  const processes = [seen(10, { run, command: '/opt/node/bin/node /checkout/lab/cli/bin/lab.mjs stop --json ' })];
  expect(leftoversOf({ ...empty, processes }, scope, nothing)).toEqual(['process 10 (node lab.mjs stop --json)']);
});

test('a frozen process is told as such, and a long command is cut', () => {
  const processes = [seen(10, { run, state: 'T', command: 'x'.repeat(200) })];
  expect(leftoversOf({ ...empty, processes }, scope, nothing)[0]).toMatch(/^process 10 \(frozen, x{70}…\)$/);
});
