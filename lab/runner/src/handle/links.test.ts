import type { StartedProxy, ToxicEnd } from '@lab/runtime';
import type { TimelineEvent } from '@lab/sdk';
import { expect, test } from 'vitest';
import { createLinks } from './links.ts';

function setUp(ends: Readonly<Record<string, ToxicEnd>> = {}) {
  const events: Omit<TimelineEvent, 'atMs'>[] = [];
  const released: unknown[] = [];
  const renewed: string[] = [];
  const undo = (replica: string) => async (): Promise<ToxicEnd> => ends[replica] ?? 'removed';
  const links = createLinks({
    // Links use no more of a proxy than this.
    proxyOf: (replica) =>
      ({
        hold: async () => undo(replica),
        delay: async () => undo(replica),
        limit: async () => undo(replica),
        cut: async () => async () => undefined,
        renew: async () => void renewed.push(replica),
      }) as unknown as StartedProxy,
    onEvent: (event) => events.push(event),
    onReleased: (replicas, how) => released.push([replicas, how]),
  });
  return { links, events, released, renewed };
}

test('what was held is let go once, and the timeline says when', async () => {
  const { links, events, released } = setUp();
  const held = await links.hold('api-1', 'redis-cache', 'replies');
  await held.release();
  await links.releaseAll();
  expect(released).toEqual([[['api-1'], 'removed']]);
  const detail = { replica: 'api-1', dependency: 'redis-cache', what: 'replies' };
  expect(events).toEqual([
    { event: 'fault', name: 'link-held', state: 'on', detail },
    { event: 'fault', name: 'link-held', state: 'off', detail },
  ]);
});

test('what was lost with its link is told as lost', async () => {
  const { links, events, released } = setUp({ 'api-2': 'renewed' });
  const slow = await links.delay(['api-1', 'api-2'], 'redis-cache', { latencyMs: 20, jitterMs: 0 });
  await slow.release();
  expect(released).toEqual([[['api-1', 'api-2'], 'renewed']]);
  expect(events.at(-1)).toMatchObject({ state: 'off', detail: { how: 'the link was made anew' } });
});

test('a silence ends by new links, and nothing was to arrive over the old ones', async () => {
  const { links, events, released, renewed } = setUp({ 'api-1': 'renewed', 'api-2': 'renewed' });
  const silence = await links.silence(['api-1', 'api-2'], 'redis-limits');
  await silence.release();
  await links.silence(['api-2'], 'redis-limits', { lateByMs: 1_000 });
  await links.releaseAll();
  expect(renewed).toEqual(['api-1', 'api-2', 'api-2']);
  expect(released).toEqual([
    [['api-1', 'api-2'], 'removed'],
    [['api-2'], 'removed'],
  ]);
  expect(events.map(({ state, detail }) => [state, detail?.['answers']])).toEqual([
    ['on', 'never'],
    ['off', 'never'],
    ['on', 'late'],
    ['off', 'late'],
  ]);
});

test('a cut loses nothing that was to arrive', async () => {
  const { links, released } = setUp();
  await links.cut(['api-1'], 'redis-cache');
  await links.releaseAll();
  expect(released).toEqual([[['api-1'], 'removed']]);
});

test('a limit is told once, with the bytes that may pass', async () => {
  const { links, events, released } = setUp();
  const limited = await links.limit(['api-1', 'api-2'], 's3', { bytes: 64_000 });
  await limited.release();
  const detail = { replicas: 'api-1,api-2', dependency: 's3', bytes: 64_000 };
  expect(events).toEqual([
    { event: 'fault', name: 'link-limited', state: 'on', detail },
    { event: 'fault', name: 'link-limited', state: 'off', detail },
  ]);
  expect(released).toEqual([[['api-1', 'api-2'], 'removed']]);
});
