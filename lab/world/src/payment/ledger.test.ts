import { expect, test } from 'vitest';
import { createLedger } from './ledger.ts';

const call = { caller: 'worker-1', method: 'POST', reference: 'order-1', key: null, requestId: null } as const;
const charge = { ...call, call: 1, amountCents: 5, currency: 'EUR', atMs: 0, replayOf: null };

function ledgerOf({ calls, charges = 0, callsMax = 5 }: { calls: number; charges?: number; callsMax?: number }) {
  const ledger = createLedger({ callsMax });
  for (let count = 0; count < calls; count += 1) ledger.open(call, count);
  for (let count = 0; count < charges; count += 1) ledger.add({ ...charge, id: `c-${count}` });
  return ledger;
}

const numbers = (page: { calls: readonly { call: number }[] }) => page.calls.map((entry) => entry.call);
const all = { call: 0, charge: 0, limit: 100 };

test('pages follow each other without a gap', () => {
  const ledger = ledgerOf({ calls: 5, charges: 3 });
  const first = ledger.page({ call: 0, charge: 0, limit: 2 });
  expect([numbers(first), first.charges.map(({ seq }) => seq)]).toEqual([
    [1, 2],
    [1, 2],
  ]);
  const second = ledger.page({ call: 2, charge: 2, limit: 2 });
  expect([numbers(second), second.charges.map(({ seq }) => seq)]).toEqual([[3, 4], [3]]);
  expect(second).toMatchObject({ lastCall: 5, lastCharge: 3, callsDropped: 0 });
  expect(ledger.page({ call: 5, charge: 3, limit: 2 })).toMatchObject({ calls: [], charges: [] });
  expect(ledger.page({ call: 99, charge: 99, limit: 2 })).toMatchObject({ calls: [], charges: [] });
});

test('the oldest calls make room, charges never do', () => {
  const ledger = ledgerOf({ calls: 12, charges: 12 });
  expect(numbers(ledger.page(all))).toEqual([8, 9, 10, 11, 12]);
  expect(ledger.page(all).callsDropped).toBe(7);
  expect(numbers(ledger.page({ call: 3, charge: 0, limit: 2 }))).toEqual([8, 9]);
  expect(ledger.page(all).charges).toHaveLength(12);
  expect(ledger.chargesFor('order-1')).toHaveLength(12);
});

test('numbers go on after it was cleared, and nothing of before is found', () => {
  const ledger = ledgerOf({ calls: 12, charges: 2 });
  ledger.clear();
  expect(ledger.page(all)).toEqual({ calls: [], charges: [], lastCall: 12, lastCharge: 2, callsDropped: 0 });
  for (let count = 0; count < 6; count += 1) ledger.open(call, count);
  ledger.add({ ...charge, id: 'c-new' });
  expect(numbers(ledger.page(all))).toEqual([14, 15, 16, 17, 18]);
  expect(ledger.page(all)).toMatchObject({ callsDropped: 1, charges: [{ seq: 3 }] });
  expect(ledger.page({ call: 0, charge: 3, limit: 9 }).charges).toEqual([]);
  expect([ledger.charge('c-0'), ledger.chargesFor('order-1').length]).toEqual([undefined, 1]);
});

test('what a call comes to is seen on later pages', () => {
  const ledger = ledgerOf({ calls: 0 });
  const entry = ledger.open(call, 1);
  expect(ledger.page(all).calls).toMatchObject([{ outcome: 'held' }]);
  entry.outcome = 'answered';
  expect(ledger.page(all).calls).toMatchObject([{ outcome: 'answered' }]);
});
