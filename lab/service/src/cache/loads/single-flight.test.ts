import { expect, test } from 'vitest';
import { createSingleFlight } from './single-flight.ts';

function gated() {
  const gates: PromiseWithResolvers<number>[] = [];
  const work = () => {
    const gate = Promise.withResolvers<number>();
    gates.push(gate);
    return gate.promise;
  };
  return { gates, work };
}

test('all who join get the result of one piece of work, and the next question begins another', async () => {
  const flights = createSingleFlight<number>();
  const { gates, work } = gated();
  const asked = [1, 2, 3].map(() => flights.join('a', work));
  expect(gates).toHaveLength(1);
  gates[0]?.resolve(7);
  expect(await Promise.all(asked)).toEqual([7, 7, 7]);
  void flights.join('a', work);
  expect(gates).toHaveLength(2);
});

test('keys do not meet', () => {
  const flights = createSingleFlight<number>();
  const { gates, work } = gated();
  void flights.join('a', work);
  void flights.join('b', work);
  expect(gates).toHaveLength(2);
});

test('an error reaches all who joined, and is forgotten', async () => {
  const flights = createSingleFlight<number>();
  const { gates, work } = gated();
  const asked = [flights.join('a', work), flights.join('a', work)];
  gates[0]?.reject(new Error('gone'));
  expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const again = flights.join('a', work);
  gates[1]?.resolve(1);
  expect(await again).toBe(1);
});

test('who joins the next one never gets what had begun before, and all of them share one', async () => {
  const flights = createSingleFlight<number>();
  const { gates, work } = gated();
  const first = flights.joinNext('a', work);
  const later = [flights.joinNext('a', work), flights.joinNext('a', work)];
  expect(gates).toHaveLength(1);
  gates[0]?.resolve(1);
  expect(await first).toBe(1);
  await expect.poll(() => gates.length).toBe(2);
  gates[1]?.resolve(2);
  expect(await Promise.all(later)).toEqual([2, 2]);
});

test('the next one begins after an error too', async () => {
  const flights = createSingleFlight<number>();
  const { gates, work } = gated();
  const first = flights.joinNext('a', work);
  const second = flights.joinNext('a', work);
  gates[0]?.reject(new Error('gone'));
  await expect(first).rejects.toThrow('gone');
  await expect.poll(() => gates.length).toBe(2);
  gates[1]?.resolve(2);
  expect(await second).toBe(2);
});
