import type { ExperimentOutcome, ProviderCharge } from '@lab/sdk';
import { expect, test } from 'vitest';
import { createOrderDesk } from '../../shared/orders.ts';
import { type Answer, type Fake, fakeHandle } from '../../shared/testing/fake-handle.ts';
import { settle } from './settle.ts';

interface Story {
  /** Each order's answer; the first one accepted is order-1. */
  readonly orders?: readonly Answer[];
  readonly charges?: readonly ProviderCharge[];
  /** From when on an order that is looked at shows that it is paid. */
  readonly paidFromMs?: number;
}

function charge(reference: string, atMs = 0): ProviderCharge {
  return { id: `${reference}@${atMs}`, reference, amountCents: 1_250, caller: 'worker-1', atMs };
}

function accepted(id: string): Answer {
  return { status: 201, body: { id, status: 'placed' } };
}

/** Places the orders while the clock stands at 0, then settles. */
async function settleAfter({ orders = [accepted('order-1')], charges = [], paidFromMs = 0 }: Story) {
  const fake: Fake = fakeHandle({
    rows: [{ id: 'book-1', slug: 'shop-07', title: 'Salt & Smoke', price_cents: 1_250 }],
    charges: (nowMs) => charges.filter(({ atMs }) => atMs <= nowMs),
    answer: ({ view }, call) =>
      view === 'order'
        ? (orders[call - 1] ?? {})
        : { body: { status: fake.h.clock.nowMs() >= paidFromMs ? 'paid' : 'placed' } },
  });
  const desk = createOrderDesk(fake.h);
  for (const _order of orders) await desk.place();
  const outcome = await settle.run(fake.h);
  return { outcome, endMs: fake.h.clock.nowMs(), looks: fake.sent.filter(({ view }) => view === 'order-paid') };
}

function ledgerOf({ tables = [] }: ExperimentOutcome): unknown {
  return tables.map(({ table, rows }) => [table, rows.map((row) => row['id'])]);
}

test('charged orders are looked at once, and the provider’s ledger becomes evidence', async () => {
  const { outcome, looks } = await settleAfter({ charges: [charge('order-1'), charge('of-the-load')] });
  expect(outcome).toMatchObject({ reached: true, facts: { accepted: 1, charges: 2, waitedMs: 0 } });
  expect(ledgerOf(outcome)).toEqual([['charges', ['order-1@0', 'of-the-load@0']]]);
  expect(looks.map(({ key }) => key)).toEqual(['order-1']);
});

test('a second charge that is still on its way is in the ledger', async () => {
  const { outcome } = await settleAfter({ charges: [charge('order-1'), charge('order-1', 2_000)] });
  expect(ledgerOf(outcome)).toEqual([['charges', ['order-1@0', 'order-1@2000']]]);
});

test('an order that is charged late is waited for', async () => {
  const { outcome, looks } = await settleAfter({ charges: [charge('order-1', 12_000)] });
  expect(outcome.facts).toMatchObject({ charges: 1, waitedMs: 12_000 });
  expect(looks).toHaveLength(1);
});

test('one order that is missing is waited for, though others are charged', async () => {
  const orders = [accepted('order-1'), accepted('order-2')];
  const { outcome } = await settleAfter({ orders, charges: [charge('order-1'), charge('order-2', 4_000)] });
  expect(outcome.facts).toMatchObject({ accepted: 2, waitedMs: 4_000 });
});

test('an order that is never charged is waited for 30 seconds, and nobody asks whether it is paid', async () => {
  const { outcome, endMs, looks } = await settleAfter({});
  expect(outcome).toMatchObject({ reached: true, facts: { charges: 0, waitedMs: 30_000 } });
  expect(endMs).toBe(30_000);
  expect(looks).toEqual([]);
});

test('nobody waits for an order that was not accepted', async () => {
  const { outcome } = await settleAfter({ orders: [{ status: 503, outcome: 'unknown' }] });
  expect(outcome.facts).toMatchObject({ accepted: 0, waitedMs: 0 });
});

test('a charged order is looked at until it shows that it is paid', async () => {
  const { endMs, looks } = await settleAfter({ charges: [charge('order-1')], paidFromMs: 4_000 });
  expect(endMs).toBe(4_000);
  expect(looks.length).toBeGreaterThan(1);
});

test('an order that never shows it is given up, well within the time for all of it', async () => {
  const { outcome, endMs } = await settleAfter({
    charges: [charge('order-1', 29_000)],
    paidFromMs: Number.POSITIVE_INFINITY,
  });
  expect(outcome.reached).toBe(true);
  expect(endMs).toBe(29_000 + 5_000);
  expect(endMs).toBeLessThan(settle.timeoutMs ?? 0);
});

test('a run without orders settles', async () => {
  expect((await settleAfter({ orders: [] })).outcome).toMatchObject({ reached: true, facts: { accepted: 0 } });
});
