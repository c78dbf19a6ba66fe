import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock, TimelineEvent } from '@lab/sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRecorder } from './recorder.ts';

let runDir: string;

beforeEach(async () => {
  runDir = await mkdtemp(join(tmpdir(), 'recorder-'));
});

afterEach(async () => {
  await rm(runDir, { recursive: true });
});

/** Stands at each of these moments once, then at the last. */
function clockAt(...momentsMs: readonly number[]): Clock {
  const left = [...momentsMs];
  return { nowMs: () => (left.length > 1 ? (left.shift() ?? 0) : (left[0] ?? 0)), sleep: async () => undefined };
}

async function storedEvents(): Promise<readonly unknown[]> {
  const lines = (await readFile(join(runDir, 'events.ndjson'), 'utf8')).split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => JSON.parse(line));
}

const cut = { event: 'fault', name: 'link-cut', state: 'on', detail: { replica: 'api-1' } } as const;

test('an event gets its moment, and goes to the timeline, the file and the listener at once', async () => {
  const heard: TimelineEvent[] = [];
  const recorder = createRecorder(runDir, clockAt(12.5), (event) => heard.push(event));
  recorder.event(cut);
  const expected = [{ atMs: 12.5, ...cut }];
  expect(recorder.timeline).toEqual(expected);
  expect(heard).toEqual(expected);
  expect(await storedEvents()).toEqual(expected);
});

test('a phase hands over the result and keeps how long it took, in whole milliseconds', async () => {
  const recorder = createRecorder(runDir, clockAt(100, 100, 350.6, 350.6));
  expect(await recorder.phase('prepare', async () => 'ready')).toBe('ready');
  expect(recorder.phasesMs).toEqual({ prepare: 251 });
  expect(recorder.timeline).toEqual([
    { atMs: 100, event: 'phase', name: 'prepare', state: 'begin' },
    { atMs: 350.6, event: 'phase', name: 'prepare', state: 'end' },
  ]);
});

test('a phase that fails is ended in the timeline too, and its error comes through', async () => {
  const recorder = createRecorder(runDir, clockAt(0));
  const failing = recorder.phase('load', async () => {
    throw new Error('No answer.');
  });
  await expect(failing).rejects.toThrow('No answer.');
  expect(recorder.timeline.map(({ state }) => state)).toEqual(['begin', 'end']);
  expect(recorder.phasesMs).toEqual({ load: 0 });
});

test('two recorders of one run add to one file and share nothing else', async () => {
  const first = createRecorder(runDir, clockAt(1));
  const second = createRecorder(runDir, clockAt(2));
  first.event(cut);
  second.event(cut);
  first.usedKeys.push({ experiment: 'late-fill', key: 'book-1' });
  expect(await storedEvents()).toHaveLength(2);
  expect([second.timeline.length, second.usedKeys.length]).toEqual([1, 0]);
});
