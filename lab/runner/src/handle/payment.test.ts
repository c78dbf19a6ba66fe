import type { PaymentBehaviour } from '@lab/sdk';
import type { Behaviour, WorldControl } from '@lab/world';
import { expect, test } from 'vitest';
import { createBehaviourLists } from '../testbed/behaviour-lists.ts';
import { createPayment } from './payment.ts';

const toldLists: (readonly Behaviour[])[] = [];
const charge = { seq: 1, call: 1, currency: 'EUR', key: null, requestId: null, amountCents: 1_250 };

function fakeWorld(waiting: readonly (readonly { caller: string; reference: string }[])[] = []): WorldControl {
  const looks = [...waiting];
  const atMs = performance.timeOrigin + performance.now();
  return {
    ping: async () => undefined,
    setBehaviours: async (behaviours) => void toldLists.push(behaviours),
    hold: async () => ({
      id: 'h',
      waiting: async () => (looks.shift() ?? waiting.at(-1) ?? []).map((call, index) => ({ call: index, ...call })),
      waitFor: async () => [],
      release: async () => 0,
      [Symbol.asyncDispose]: async () => undefined,
    }),
    ledger: async () => ({
      calls: ['POST', 'GET', 'POST'].map((method, index) => ({
        call: index,
        caller: 'worker-1',
        method: method as 'GET' | 'POST',
        reference: 'order-1',
        key: null,
        requestId: null,
        status: 201,
        receivedAtMs: atMs,
        actedAtMs: atMs,
        answeredAtMs: atMs,
        outcome: 'answered' as const,
      })),
      charges: [
        { ...charge, id: 'c1', reference: 'order-1', caller: 'worker-1', atMs, replayOf: null },
        { ...charge, id: 'c1', reference: 'order-1', caller: 'worker-2', atMs, replayOf: 'c1' },
        { ...charge, id: 'c2', reference: 'order-2', caller: 'worker-1', atMs, replayOf: null },
      ],
      callsDropped: 0,
    }),
    reset: async () => undefined,
    stop: async () => undefined,
  };
}

function open(world: WorldControl | null, behaviours = createBehaviourLists<Behaviour>()) {
  let nowMs = 5_000;
  const clock = { nowMs: () => nowMs++, sleep: async () => undefined };
  const events: string[] = [];
  const payment = createPayment({
    service: world && { control: world, behaviours },
    clock,
    signal: new AbortController().signal,
    onEvent: ({ name, state }) => void events.push(`${name} ${state}`),
  });
  return { payment, events };
}

test('a replay is no charge; times are the run’s', async () => {
  const { payment } = open(fakeWorld());
  const [only, ...others] = await payment.charges('order-1');
  expect(only).toMatchObject({ id: 'c1', caller: 'worker-1', amountCents: 1_250 });
  expect(Math.abs((only?.atMs ?? 0) - 5_000)).toBeLessThan(200);
  expect(others).toEqual([]);
  expect(await payment.charges()).toHaveLength(2);
  expect(await payment.attempts('order-1')).toBe(2);
});

test('calls are requests to charge; questions are none', async () => {
  const calls = await open(fakeWorld()).payment.calls();
  expect(calls).toHaveLength(2);
  expect(calls[0]).toMatchObject({ reference: 'order-1', caller: 'worker-1', status: 201 });
  expect(Math.abs((calls[0]?.endMs ?? 0) - 5_000)).toBeLessThan(200);
});

test('waiting looks at one reference, and ends in time with what there is', async () => {
  const mine = { caller: 'worker-1', reference: 'order-1' };
  const other = { caller: 'worker-2', reference: 'order-9' };
  const { payment } = open(fakeWorld([[], [other], [other, mine]]));
  const hold = await payment.hold('before');
  expect(await hold.waitFor('order-1', { withinMs: 1_000 })).toEqual([mine]);
  expect(await hold.waitFor('order-1', { withinMs: 20, count: 2 })).toEqual([mine]);
});

test('behaviours of two experiments are told together, and taken back one by one', async () => {
  toldLists.length = 0;
  const shared = createBehaviourLists<Behaviour>();
  const lose: PaymentBehaviour = { reference: 'order-1', does: { kind: 'lose-reply' } };
  const refuse: PaymentBehaviour = { reference: 'order-2', does: { kind: 'answer', status: 503 } };
  const one = await open(fakeWorld(), shared).payment.behave([lose]);
  const other = open(fakeWorld(), shared);
  await other.payment.behave([refuse]);
  await one.release();
  await other.payment.releaseAll();
  expect(toldLists.map((list) => list.map(({ kind, reference }) => `${kind} ${reference}`))).toEqual([
    ['lose-reply order-1'],
    ['lose-reply order-1', 'answer order-2'],
    ['answer order-2'],
    [],
  ]);
  expect(other.events).toEqual(['payment-misbehaves on', 'payment-misbehaves off']);
});

test('a stack without a provider says so', async () => {
  await expect(open(null).payment.charges()).rejects.toMatchObject({ code: 'E_NO_PAYMENT' });
});
