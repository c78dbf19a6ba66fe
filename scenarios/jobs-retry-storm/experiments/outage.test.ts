import type { ExperimentHandle, PaymentBehaviour, ProviderCall } from '@lab/sdk';
import { expect, test } from 'vitest';
import { type Answer, fakeHandle } from '../../shared/testing/fake-handle.ts';
import { outage } from './outage.ts';
import { answeredNext, behind, failedTogether, seldomDrawn } from './scripts.ts';

const laterOrders = 6;
const scripted = failedTogether.length + answeredNext.length + 3 * seldomDrawn + behind.length;
const books = Array.from({ length: 60 }, (_, index) => ({
  id: `book-${index}`,
  slug: 'shop-07',
  title: 'Salt & Smoke',
  price_cents: 1_250,
}));

/** A shop that takes every order and lists every order whose script never charges it. */
function fakeShop({ refuses = false } = {}) {
  const done: string[] = [];
  const orders: string[] = [];
  const redrives: string[] = [];
  let refused: readonly PaymentBehaviour[] = [];
  const answer = ({ view, path }: { readonly view: string; readonly path: string }): Answer => {
    if (view === 'order' && refuses) return { status: 503, outcome: 'unknown' };
    if (view === 'order') {
      const id = `order-${orders.push('')}`;
      orders[orders.length - 1] = id;
      return { status: 201, body: { id } };
    }
    if (view === 'redrive') redrives.push(path);
    const given = [...new Set(refused.flatMap(({ reference, does }) => (does.kind === 'answer' ? [reference] : [])))];
    const items = given.map((orderId) => ({ id: `letter-${orderId}`, orderId, attempts: 1, lastError: 'No.' }));
    return { body: { items, nextCursor: null } };
  };
  const { h } = fakeHandle({ rows: books, answer });
  const held = (name: string) => {
    done.push(`${name} on`);
    const release = async () => void done.push(`${name} off`);
    return { release, waitFor: async () => [], [Symbol.asyncDispose]: release };
  };
  let holds = 0;
  const payment: ExperimentHandle['payment'] = {
    ...h.payment,
    hold: async () => held(`hold ${++holds}`),
    behave: async (behaviours) => {
      refused = behaviours;
      return held(`${behaviours.length > 0 ? 'some' : 'no'} behaviours`);
    },
    calls: async () =>
      orders.map((reference): ProviderCall => ({ reference, caller: 'worker-1', atMs: 0, endMs: null, status: null })),
  };
  return { h: { ...h, payment }, done, redrives };
}

test('all are held when the provider learns what to answer, and those that come next before the first are let go', async () => {
  const { h, done } = fakeShop();
  await outage.run(h);
  expect(done).toEqual([
    'hold 1 on',
    'some behaviours on',
    'hold 2 on',
    'hold 1 off',
    'hold 2 off',
    'some behaviours off',
  ]);
});

test('every order is told of, by its group, and every dead letter that was seen', async () => {
  const { tables = [], facts, reached } = await outage.run(fakeShop().h);
  const rows = (name: string) => tables.find(({ table }) => table === name)?.rows ?? [];
  expect(reached).toBe(true);
  expect(facts).toMatchObject({ orders: scripted, heldTogether: failedTogether.length });
  expect(rows('scripted')).toHaveLength(scripted + laterOrders);
  const groupsOf = (orders: readonly unknown[]) =>
    rows('scripted').flatMap(({ order, group }) => (orders.includes(order) ? [group] : []));
  expect(groupsOf(rows('redriven').map(({ order }) => order)).toSorted()).toEqual([
    ...Array.from({ length: 2 }, () => 'failed-together'),
    ...Array.from({ length: 3 }, () => 'final'),
  ]);
  expect(rows('dead-letters').length).toBeGreaterThan(failedTogether.length);
});

test('who redrives clicks twice', async () => {
  const { h, redrives } = fakeShop();
  await outage.run(h);
  expect(redrives).toHaveLength(10);
  expect(new Set(redrives).size).toBe(5);
});

test('a shop that takes no order has not met the outage', async () => {
  expect(await outage.run(fakeShop({ refuses: true }).h)).toMatchObject({ reached: false });
});
