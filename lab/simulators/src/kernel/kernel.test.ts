import { expect, test } from 'vitest';
import { createEventQueue } from './event-queue.ts';
import { fullestWindow, mostInAnyWindow } from './in-window.ts';
import { interleavings } from './interleavings.ts';
import { createRandom } from './random.ts';
import { createSimulation } from './simulation.ts';

const draws = (seed: number, name = '', count = 5) => {
  const random = createRandom(seed, name);
  return Array.from({ length: count }, () => random.next());
};

test('a seed gives the same numbers each time, and another seed or name gives others', () => {
  expect(draws(7)).toEqual(draws(7));
  expect(draws(7)).not.toEqual(draws(8));
  expect(draws(7, 'side-a')).not.toEqual(draws(7, 'side-b'));
});

test('numbers lie evenly between 0 and 1', () => {
  const all = draws(3, '', 20_000);
  expect(all.every((value) => value >= 0 && value < 1)).toBe(true);
  const deciles = Array.from(
    { length: 10 },
    (_, index) => all.filter((value) => Math.floor(value * 10) === index).length,
  );
  // Of a fair draw 1 in 10,000 is further away than four standard deviations: 4 × √(20,000 × 0.1 × 0.9).
  expect(Math.max(...deciles.map((count) => Math.abs(count - 2_000)))).toBeLessThan(170);
});

test('gaps of a rate have the mean of that rate', () => {
  const random = createRandom(5);
  const sum = Array.from({ length: 20_000 }, () => random.gapMs(0.02)).reduce((total, gap) => total + gap, 0);
  expect(sum / 20_000).toBeGreaterThan(48.5);
  expect(sum / 20_000).toBeLessThan(51.5);
});

test('events come in order of time, and those of one moment in the order in which they were told', () => {
  const random = createRandom(1);
  const queue = createEventQueue<number>();
  const told = Array.from({ length: 1_000 }, (_, index) => ({ atMs: Math.floor(random.next() * 50), index }));
  for (const { atMs, index } of told) queue.push(atMs, index);
  const expected = told.toSorted((one, other) => one.atMs - other.atMs).map(({ index }) => index);
  expect(Array.from({ length: 1_000 }, () => queue.pop()?.item)).toEqual(expected);
  expect(queue.pop()).toBeUndefined();
});

test('the clock jumps from event to event, and stops at the end', () => {
  const world = createSimulation<{ what: string }>({ endMs: 100 });
  const tick = () => {
    world.note({ what: 'tick' });
    world.after(40, tick);
  };
  world.at(10, tick);
  world.at(-5, () => world.note({ what: 'first' }));
  world.at(101, () => world.note({ what: 'too late' }));
  expect(world.run()).toEqual([
    { atMs: 0, what: 'first' },
    { atMs: 10, what: 'tick' },
    { atMs: 50, what: 'tick' },
    { atMs: 90, what: 'tick' },
  ]);
});

test('a model that never ends is named', () => {
  const world = createSimulation({ endMs: 1, eventsMax: 50 });
  const again = () => world.after(0, again);
  world.at(0, again);
  expect(() => world.run()).toThrow('more than 50 events');
});

test('all orders are there, each once, and each keeps the order of every actor', () => {
  const orders = interleavings([3, 4]);
  expect(orders.length).toBe(35);
  expect(new Set(orders.map((order) => order.join(''))).size).toBe(35);
  expect(orders.every((order) => order.filter((actor) => actor === 0).length === 3 && order.length === 7)).toBe(true);
  expect(interleavings([3, 3, 4]).length).toBe(4_200);
  expect(interleavings([0, 0])).toEqual([[]]);
});

test('the fullest window is found', () => {
  expect(fullestWindow([0, 90, 95, 100, 140, 189, 190], 100)).toEqual({ startMs: 90, count: 5 });
  expect(mostInAnyWindow([0, 100, 200], 100)).toBe(1);
  expect(mostInAnyWindow([], 100)).toBe(0);
});
