import { expect, test } from 'vitest';
import { createOrder } from './event-order.ts';
import type { LabEvent } from './follow-events.ts';
import { reconnectWaitMs } from './reconnect-wait.ts';

const event = (seq: number, run = 'r'): LabEvent => ({ event: 'fault', run, seq, wall: 0 });

test('what is sent again is let through once', () => {
  const seen: (number | undefined)[] = [];
  const order = createOrder(({ seq }) => seen.push(seq));
  for (const seq of [1, 2, 2, 1, 3, 3, 4]) order.take(event(seq));
  expect(seen).toEqual([1, 2, 3, 4]);
  expect(order.lastId()).toBe('r:4');
});

test('what comes late is let through, and what is missing is asked for again', () => {
  const seen: (number | undefined)[] = [];
  const order = createOrder(({ seq }) => seen.push(seq));
  for (const seq of [1, 3, 5]) order.take(event(seq));
  expect(order.lastId()).toBe('r:1');
  for (const seq of [2, 3, 4, 5, 6]) order.take(event(seq));
  expect(seen).toEqual([1, 3, 5, 2, 4, 6]);
  expect(order.lastId()).toBe('r:6');
});

test('what was left out long ago is not asked for', () => {
  const order = createOrder(() => undefined);
  order.take(event(1));
  for (let seq = 4_000; seq < 4_700; seq += 1) order.take(event(seq));
  expect(order.lastId()).toBe('r:4699');
});

test('another run begins anew, and a greeting moves nothing', () => {
  const seen: string[] = [];
  const order = createOrder(({ run, seq }) => seen.push(`${run}:${seq}`));
  order.take(event(7));
  order.take({ event: 'hello', run: 'r', wall: 0 });
  expect(order.lastId()).toBe('r:7');
  order.take(event(1, 's'));
  expect(order.lastId()).toBe('s:1');
  expect(seen).toEqual(['r:7', 'r:undefined', 's:1']);
});

test('the first two tries come within two seconds whatever chance says, and no wait is longer than ten', () => {
  expect(reconnectWaitMs(1, 0.999) + reconnectWaitMs(2, 0.999)).toBeLessThan(2_000);
  expect(Math.max(...Array.from({ length: 30 }, (_, index) => reconnectWaitMs(index + 1, 0.999)))).toBeLessThanOrEqual(
    10_000,
  );
  expect(reconnectWaitMs(5, 0)).toBe(0);
});
