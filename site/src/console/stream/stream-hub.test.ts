import { expect, test } from 'vitest';
import type { FollowOptions, LabEvent } from './follow-events.ts';
import type { FromHub, ToHub } from './hub-messages.ts';
import { createStreamHub } from './stream-hub.ts';

const event = (seq: number, run = 'r', name = 'fault'): LabEvent => ({ event: name, run, seq, wall: 0 });
const join = (token: string | null, more: Partial<ToHub> = {}): ToHub =>
  ({ kind: 'join', token, isFresh: false, wantsEvents: true, ...more }) as ToHub;

function open() {
  const streams: FollowOptions[] = [];
  const hub = createStreamHub(async (options) => void streams.push(options));
  const tab = () => {
    const got: FromHub[] = [];
    const client = { send: (message: FromHub) => void got.push(message) };
    return {
      take: (message: ToHub) => hub.take(client, message),
      seqs: () => got.flatMap((one) => (one.kind === 'events' ? one.events.map(({ seq }) => seq) : [])),
      states: () => got.flatMap((one) => (one.kind === 'state' ? [one.state] : [])),
      tokens: () => got.flatMap((one) => (one.kind === 'token' ? [one.token] : [])),
      messages: () => got.filter(({ kind }) => kind === 'events').length,
    };
  };
  const alive = () => streams.filter(({ signal }) => !signal.aborted);
  return { streams, tab, alive };
}

test('however many tabs there are, there is one stream, and each tab is told all of it once', async () => {
  const { streams, tab } = open();
  const [first, second] = [tab(), tab()];
  first.take(join('a'));
  for (const seq of [1, 2, 3]) streams[0]?.onEvent(event(seq));
  second.take(join(null));
  streams[0]?.onEvent(event(4));
  await Promise.resolve();
  expect(streams).toHaveLength(1);
  expect(first.seqs()).toEqual([1, 2, 3, 4]);
  expect(second.seqs()).toEqual([1, 2, 3, 4]);
  expect(second.tokens()).toEqual(['a']);
});

test('what comes at once is told at once', async () => {
  const { streams, tab } = open();
  const first = tab();
  first.take(join('a'));
  for (let seq = 1; seq <= 3_000; seq += 1) {
    streams[0]?.onState('live');
    streams[0]?.onEvent(event(seq, 'r', 'tick'));
  }
  await Promise.resolve();
  expect(first.seqs()).toHaveLength(3_000);
  expect(first.messages()).toBe(1);
  expect(first.states()).toEqual(['live']);
});

test('a later tab is told an hour of seconds, and of all else everything', async () => {
  const { streams, tab } = open();
  tab().take(join('a'));
  streams[0]?.onEvent(event(1));
  for (let seq = 2; seq <= 9_000; seq += 1) streams[0]?.onEvent(event(seq, 'r', 'tick'));
  const later = tab();
  later.take(join('a'));
  expect(later.seqs()[0]).toBe(1);
  expect(later.seqs().length).toBeLessThan(3_600 + 600);
  expect(later.seqs().at(-1)).toBe(9_000);
});

test('a token that was handed over this moment takes the place of one that a tab remembers, never the other way', () => {
  const { streams, tab, alive } = open();
  const [old, fresh, stale] = [tab(), tab(), tab()];
  old.take(join('old'));
  fresh.take(join('new', { isFresh: true }));
  stale.take(join('older'));
  expect(alive().map(({ token }) => token)).toEqual(['new']);
  expect(streams).toHaveLength(2);
  expect(old.tokens()).toEqual(['old', 'new']);
  expect(stale.tokens()).toEqual(['new']);
});

test('a token that the lab refuses is forgotten, and another one opens the stream', () => {
  const { streams, tab, alive } = open();
  const first = tab();
  first.take(join('gone'));
  streams[0]?.onState('locked');
  const second = tab();
  second.take(join(null));
  expect(second.tokens()).toEqual([null]);
  expect(second.states()).toEqual(['locked']);
  second.take(join('now'));
  expect(alive().map(({ token }) => token)).toEqual(['now']);
});

test('the stream ends with the last tab that wants it, and nothing of it is told later', async () => {
  const { streams, tab, alive } = open();
  const [watcher, reader] = [tab(), tab()];
  watcher.take(join('a'));
  reader.take(join(null, { wantsEvents: false }));
  streams[0]?.onEvent(event(1));
  await Promise.resolve();
  watcher.take({ kind: 'leave' });
  expect(alive()).toEqual([]);
  streams[0]?.onEvent(event(2));
  streams[0]?.onState('lost');
  await Promise.resolve();
  expect(reader.seqs()).toEqual([]);
  const next = tab();
  next.take(join(null));
  expect(alive().map(({ token }) => token)).toEqual(['a']);
  expect(next.seqs()).toEqual([]);
});

test('of another session nothing of the one before is told', async () => {
  const { streams, tab } = open();
  tab().take(join('a'));
  for (const one of [event(1), event(2), event(1, 's')]) streams[0]?.onEvent(one);
  const later = tab();
  later.take(join(null));
  expect(later.seqs()).toEqual([1]);
});
