import type { ExperimentHandle, Held, RequestSpec } from '@lab/sdk';
import { expect, test } from 'vitest';
import { type Answer, fakeHandle } from '../../shared/testing/fake-handle.ts';
import { atOnce } from './at-once.ts';
import { clocksApart } from './clocks-apart.ts';
import { killedBetween } from './killed-between.ts';

const plans = ['free', 'pro', 'enterprise'];
const rows = Array.from({ length: 15 }, (_, index) => ({
  slug: `shop-${index + 5}`,
  plan: plans[index % 3],
  book: `book-${index}`,
}));

interface Options {
  readonly answer?: (spec: RequestSpec, call: number) => Answer;
  readonly keys?: () => readonly { key: string; ttlMs: number }[];
  readonly comesUp?: boolean;
}

/** A handle that writes down what is done to links and processes, and what is sent meanwhile. */
function recorded({ answer = () => ({}), keys = () => [], comesUp = true }: Options = {}) {
  const events: string[] = [];
  const held = (what: string): Held => {
    events.push(what);
    const release = async (): Promise<void> => void events.push(`end of ${what}`);
    return { release, [Symbol.asyncDispose]: release };
  };
  const fake = fakeHandle({
    rows,
    limitKeys: keys,
    answer: (spec, call) => {
      events.push(`${spec.view} ${spec.replica}`);
      return answer(spec, call);
    },
  });
  const h: ExperimentHandle = {
    ...fake.h,
    clock: {
      nowMs: fake.h.clock.nowMs,
      sleep: async (ms) => {
        // What was begun before goes on meanwhile.
        await new Promise((resolve) => setTimeout(resolve, 0));
        await fake.h.clock.sleep(ms);
      },
    },
    links: {
      ...fake.h.links,
      hold: async (replica, dependency, what = 'requests') => held(`hold ${what} ${replica} ${dependency}`),
      delay: async (replicas, dependency, { latencyMs }) => held(`delay ${replicas.length} ${dependency} ${latencyMs}`),
    },
    processes: {
      ...fake.h.processes,
      pause: async (replica) => held(`pause ${replica}`),
      kill: async (replica) => void events.push(`kill ${replica}`),
      start: async (replica, { clockAheadMs = 0 } = {}) => {
        events.push(`start ${replica} ${clockAheadMs}`);
        return comesUp;
      },
    },
  };
  return { ...fake, h, events };
}

const refused: Answer = { status: 429, outcome: 'fail', headers: { 'retry-after': '2' } };

test('all requests lie before the replicas when they go on, and the store is late until all are answered', async () => {
  const { h, events, sleptMs } = recorded({ answer: (_spec, call) => (call <= 30 ? {} : refused) });
  const { reached, facts } = await atOnce.run(h);
  expect(reached).toBe(true);
  expect(facts).toMatchObject({ accepted: 30, refused: 31, withoutRetryAfter: 0, longestRetryAfter: 2 });
  expect(events.slice(0, 4)).toEqual(['delay 3 redis-limits 10', 'pause api-2', 'pause api-1', 'pause api-3']);
  const volley = events.flatMap((event, index) => (event.startsWith('volley') ? [index] : []));
  expect(volley).toHaveLength(60);
  expect(Math.max(...volley)).toBeLessThan(events.indexOf('end of pause api-2'));
  expect(events.indexOf('end of delay 3 redis-limits 10')).toBeGreaterThan(events.indexOf('end of pause api-3'));
  // The wait that was told, less the moment that the answer took; then one request, through another replica.
  expect(sleptMs.at(-1)).toBeGreaterThan(1_900);
  expect(events.at(-1)).toBe('after-wait api-1');
});

test.each(['0', '1.5', 'soon', '', undefined])('a wait of "%s" is none that a client could keep to', async (header) => {
  const headers = header === undefined ? {} : { 'retry-after': header };
  const { h, events } = recorded({ answer: () => ({ ...refused, headers }) });
  const { facts } = await atOnce.run(h);
  expect(facts).toMatchObject({ refused: 60, withoutRetryAfter: 60, longestRetryAfter: 0 });
  expect(events.at(-1)).not.toContain('after-wait');
});

test('a wait that is too long is noted and not kept', async () => {
  const { h, events } = recorded({ answer: () => ({ ...refused, headers: { 'retry-after': '3600' } }) });
  expect((await atOnce.run(h)).facts).toMatchObject({ longestRetryAfter: 3_600 });
  expect(events.at(-1)).not.toContain('after-wait');
});

test('the replica dies while the reply to its first question is held, and before that is let go', async () => {
  const { h, events } = recorded({ keys: () => [{ key: 'count', ttlMs: -1 }] });
  const { reached, facts } = await killedBetween.run(h);
  expect(events).toEqual([
    'hold replies api-2 redis-limits',
    'before-the-kill api-2',
    'kill api-2',
    'end of hold replies api-2 redis-limits',
    'start api-2 0',
  ]);
  expect(reached).toBe(true);
  expect(facts).toMatchObject({ keys: 1, withoutExpiry: 1, example: 'count', lingering: 0 });
});

test('a key that has its expiry at the second look was made a moment before the first', async () => {
  let looks = 0;
  const keys = () => {
    looks += 1;
    return [{ key: 'count', ttlMs: looks === 1 ? -1 : 1_500 }];
  };
  expect((await killedBetween.run(recorded({ keys }).h)).facts).toMatchObject({ withoutExpiry: 0 });
});

test('one replica is ahead while a crawler asks all of them, and another client the others', async () => {
  const { h, events } = recorded();
  expect((await clocksApart.run(h)).reached).toBe(true);
  expect(events.slice(0, 2)).toEqual(['kill api-2', 'start api-2 5000']);
  const even = events.filter((event) => event.startsWith('even'));
  expect(even[0]).toBe('even api-2');
  expect(new Set(even.slice(1))).toEqual(new Set(['even api-1', 'even api-3']));
  expect(new Set(events.filter((event) => event.startsWith('flood')))).toEqual(
    new Set(['flood api-1', 'flood api-2', 'flood api-3']),
  );
});

test('a replica that does not come up proves nothing about clocks', async () => {
  expect((await clocksApart.run(recorded({ comesUp: false }).h)).reached).toBe(false);
});
