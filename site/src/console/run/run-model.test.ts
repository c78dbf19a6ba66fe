import { expect, test } from 'vitest';
import type { LabEvent } from '../stream/follow-events.ts';
import { emptyRun, type RunModel, withEvent } from './run-model.ts';

function after(...events: readonly (Partial<LabEvent> & { event: string })[]): RunModel {
  return events.reduce((model, event) => withEvent(model, { run: 'r', wall: 0, t: 0, ...event }), emptyRun);
}

const on = { event: 'fault', name: 'slow', state: 'on', detail: { target: 'api-1' }, measured: '250 ms' };
const off = { ...on, state: 'off' };

test('a fault makes a band from its begin to its end', () => {
  const { bands } = after({ ...on, t: 1_000 }, { ...off, t: 4_000 });
  expect(bands).toEqual([{ name: 'slow', target: 'api-1', fromMs: 1_000, toMs: 4_000, text: '250 ms' }]);
});

test('the same fault twice makes two bands, and an end belongs to its own target', () => {
  const other = { ...on, detail: { target: 'api-2' } };
  const { bands } = after({ ...on, t: 1 }, { ...other, t: 2 }, { ...off, t: 3 }, { ...on, t: 4 });
  expect(bands.map(({ target, toMs }) => [target, toMs])).toEqual([
    ['api-1', 3],
    ['api-2', null],
    ['api-1', null],
  ]);
});

test('a fault that failed makes no band, and is told', () => {
  const { bands, changes } = after({ ...on, state: 'failed' });
  expect(bands).toEqual([]);
  expect(changes[0]?.text).toBe('slow on api-1 had no effect and was undone: 250 ms');
});

test('an end that comes before its begin ends it all the same', () => {
  const { bands } = after({ ...off, seq: 2, t: 4_000 }, { ...on, seq: 1, t: 1_000 });
  expect(bands.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([[1_000, 4_000]]);
});

test('an end without a begin changes no band', () => {
  expect(after(off).bands).toEqual([]);
});

test('a session that ends closes what was open', () => {
  expect(after({ ...on, t: 1 }, { event: 'bye', t: 9 }).bands[0]?.toMs).toBe(9);
});

test('a second is there once, and in order, however it came', () => {
  const tick = (t: number, value: number) => ({ event: 'tick', t, s: { requestsPerSecond: value } });
  const { ticks } = after(tick(2_000, 2), tick(1_000, 1), tick(2_000, 3));
  expect(ticks.map(({ t, s }) => [t, s['requestsPerSecond']])).toEqual([
    [1_000, 1],
    [2_000, 3],
  ]);
});

test('an hour of seconds is kept, and not more', () => {
  const events = Array.from({ length: 3_700 }, (_, index) => ({ event: 'tick', t: index, s: {} }));
  expect(after(...events).ticks).toHaveLength(3_600);
});

test('what is not known changes nothing', () => {
  expect(after({ event: 'hello' })).toBe(emptyRun);
});
