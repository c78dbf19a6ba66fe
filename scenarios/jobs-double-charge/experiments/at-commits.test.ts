import type { CommittedChange, ReplicaName } from '@lab/sdk';
import { expect, test } from 'vitest';
import { pointsOf } from './at-commits.ts';

/** The rows of one transaction, one for each table named. */
function commit(replica: ReplicaName, transaction: string, ...tables: readonly string[]): readonly CommittedChange[] {
  return tables.map((table) => ({ replica, transaction, table: `public.${table}`, operation: 'UPDATE' }));
}

const relay = commit('worker-1', '7', 'outbox_events');
const payment = commit('worker-2', '8', 'payments', 'orders');

test('each transaction of a worker is a point, in the order of the commits', () => {
  expect(pointsOf([...relay, ...payment])).toEqual([
    { table: 'public.outbox_events', tables: ['public.outbox_events'] },
    { table: 'public.payments', tables: ['public.payments', 'public.orders'] },
  ]);
});

test('nothing committed, no point', () => {
  expect(pointsOf([])).toEqual([]);
});

test('a commit of the API is no point, and takes no table away from the workers', () => {
  const placing = commit('api-1', '6', 'orders', 'order_lines', 'outbox_events');
  expect(pointsOf([...placing, ...relay]).map(({ table }) => table)).toEqual(['public.outbox_events']);
});

test('a table that a transaction changes twice is named once', () => {
  expect(pointsOf(commit('worker-1', '7', 'payments', 'payments'))).toEqual([
    { table: 'public.payments', tables: ['public.payments'] },
  ]);
});

test('a transaction is met by a table that no other one changes', () => {
  const claim = commit('worker-2', '8', 'orders');
  const record = commit('worker-2', '9', 'orders', 'payments');
  expect(pointsOf([...claim, ...record])).toEqual([
    { table: 'public.payments', tables: ['public.orders', 'public.payments'] },
  ]);
});

test('transactions that change the same tables cannot be told apart, and are no points', () => {
  expect(pointsOf([...commit('worker-1', '8', 'orders'), ...commit('worker-1', '9', 'orders')])).toEqual([]);
});

test('rows of two transactions that are recorded in turns belong to their own', () => {
  const [paid, order] = payment;
  const mixed = [paid, ...relay, order].filter((change) => change !== undefined);
  expect(pointsOf(mixed).map(({ tables }) => tables.length)).toEqual([2, 1]);
});

test('a run has time for the first four', () => {
  const many = ['a', 'b', 'c', 'd', 'e'].flatMap((table) => commit('worker-1', table, table));
  expect(pointsOf(many).map(({ table }) => table)).toEqual(['public.a', 'public.b', 'public.c', 'public.d']);
});
