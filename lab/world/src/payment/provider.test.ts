import { describe, expect, test } from 'vitest';
import { answerOf, createRig, statusOf } from '../testing/provider-rig.ts';

const by = { caller: 'worker-2', requestId: null };

describe('a charge', () => {
  test('is made on receipt, and its answer names it', () => {
    const rig = createRig();
    expect(answerOf(rig.charge({ key: 'k', requestId: 'req-7' }))).toMatchObject({
      status: 201,
      headers: { location: '/charges/id-1' },
      body: {
        id: 'id-1',
        reference: 'order-1',
        amountCents: 1_999,
        currency: 'EUR',
        createdAt: '1970-01-01T00:00:01.000Z',
        status: 'charged',
      },
    });
    const common = { call: 1, caller: 'worker-1', reference: 'order-1', key: 'k', requestId: 'req-7' };
    const money = { seq: 1, id: 'id-1', amountCents: 1_999, currency: 'EUR', atMs: 1_000, replayOf: null };
    const times = { receivedAtMs: 1_000, actedAtMs: 1_000, answeredAtMs: 1_000 };
    expect(rig.ledger()).toEqual({
      charges: [{ ...common, ...money }],
      calls: [{ ...common, ...times, method: 'POST', status: 201, outcome: 'answered' }],
      lastCall: 1,
      lastCharge: 1,
      callsDropped: 0,
    });
  });

  test('without a key is made as often as it is asked for', () => {
    const rig = createRig();
    expect([statusOf(rig.charge()), statusOf(rig.charge())]).toEqual([201, 201]);
    expect(rig.effects()).toEqual(['order-1', 'order-1']);
  });
});

describe('an idempotency key', () => {
  test('brings the first charge again, and no money moves', () => {
    const rig = createRig();
    const first = answerOf(rig.charge({ key: 'k' }));
    const second = answerOf(rig.charge({ key: 'k', caller: 'worker-2' }));
    expect(second.body).toEqual(first.body);
    expect([first.headers['idempotent-replayed'], second.headers['idempotent-replayed']]).toEqual([undefined, 'true']);
    expect(rig.effects()).toEqual(['order-1']);
    expect(rig.ledger().charges[1]).toMatchObject({ id: 'id-1', call: 2, caller: 'worker-2', replayOf: 'id-1' });
    expect(rig.calls()[1]).toMatchObject({ status: 201, actedAtMs: null, outcome: 'answered' });
  });

  test('is in flight until its first call is answered', () => {
    const rig = createRig();
    rig.provider.setBehaviours([{ kind: 'latency', latencyMs: 50, jitterMs: 0, times: 1 }]);
    expect(answerOf(rig.charge({ key: 'k' })).afterMs).toBe(50);
    expect(answerOf(rig.charge({ key: 'k' }))).toMatchObject({ status: 409, code: 'IN_FLIGHT', afterMs: 0 });
    rig.provider.finish(1);
    expect(answerOf(rig.charge({ key: 'k' })).headers['idempotent-replayed']).toBe('true');
    expect(rig.effects()).toEqual(['order-1']);
  });

  test.each([{ amountCents: 2_000 }, { reference: 'order-2' }])('used for %j as well is refused', (other) => {
    const rig = createRig();
    rig.charge({ key: 'k' });
    expect(answerOf(rig.charge({ key: 'k', ...other }))).toMatchObject({ status: 422, code: 'KEY_REUSED' });
    expect(rig.effects()).toEqual(['order-1']);
  });

  test('used for another body is refused as such while its first call is in flight', () => {
    const rig = createRig();
    rig.provider.hold({ at: 'after' });
    rig.charge({ key: 'k' });
    expect(statusOf(rig.charge({ key: 'k', amountCents: 1 }))).toBe(422);
  });

  test('of a hundred twins at once makes one charge', () => {
    const rig = createRig();
    rig.provider.hold({ at: 'after', times: 1 });
    const statuses = Array.from({ length: 100 }, () => statusOf(rig.charge({ key: 'k' })));
    expect(statuses).toEqual([null, ...Array.from({ length: 99 }, () => 409)]);
    expect(rig.effects()).toEqual(['order-1']);
  });

  test('finds its charge after the reply was lost', () => {
    const rig = createRig();
    rig.provider.setBehaviours([{ kind: 'lose-reply', times: 1 }]);
    expect(statusOf(rig.charge({ key: 'k' }))).toBe(0);
    expect(answerOf(rig.charge({ key: 'k' }))).toMatchObject({
      status: 201,
      headers: { 'idempotent-replayed': 'true' },
    });
    expect(rig.effects()).toEqual(['order-1']);
  });

  test('finds its charge after the caller went away before the answer', () => {
    const rig = createRig();
    rig.provider.hold({ at: 'after', times: 1 });
    rig.charge({ key: 'k' });
    rig.provider.drop(1);
    expect(answerOf(rig.charge({ key: 'k' })).headers['idempotent-replayed']).toBe('true');
    expect(rig.calls()[0]).toMatchObject({ outcome: 'dropped', status: null, actedAtMs: 1_000, answeredAtMs: null });
  });

  test('of a call that was never processed is free', () => {
    const rig = createRig();
    rig.provider.hold({ at: 'before', times: 1 });
    rig.charge({ key: 'k' });
    rig.provider.drop(1);
    expect(answerOf(rig.charge({ key: 'k', amountCents: 5 })).headers['idempotent-replayed']).toBeUndefined();
    expect(rig.effects()).toEqual(['order-1']);
  });

  test('of a call that was refused without acting is free', () => {
    const rig = createRig();
    rig.provider.setBehaviours([{ kind: 'answer', status: 503, times: 1 }]);
    expect([statusOf(rig.charge({ key: 'k' })), statusOf(rig.charge({ key: 'k' }))]).toEqual([503, 201]);
    expect(rig.ledger().charges.map(({ replayOf }) => replayOf)).toEqual([null]);
  });

  test('remembers that the first call was declined', () => {
    const rig = createRig();
    rig.provider.setBehaviours([{ kind: 'decline', times: 1 }]);
    expect([statusOf(rig.charge({ key: 'k' })), statusOf(rig.charge({ key: 'k' }))]).toEqual([402, 402]);
    expect(statusOf(rig.charge({ key: 'other' }))).toBe(201);
    expect(rig.ledger().charges).toHaveLength(1);
  });

  test('is forgotten after its time, but not while its first call is open', () => {
    const rig = createRig({ keyTtlMs: 100 });
    const hold = rig.provider.hold({ at: 'after', times: 1 }) ?? '';
    rig.charge({ key: 'k' });
    rig.clock.nowMs += 100;
    expect(statusOf(rig.charge({ key: 'k' }))).toBe(409);
    rig.provider.release(hold);
    expect(answerOf(rig.charge({ key: 'k' })).headers['idempotent-replayed']).toBeUndefined();
    expect(rig.effects()).toEqual(['order-1', 'order-1']);
  });
});

describe('a question', () => {
  test('by reference shows what was charged at that moment, the money of held answers too, and no replays', () => {
    const rig = createRig();
    rig.provider.hold({ at: 'after' });
    expect(rig.provider.chargesFor('order-1', by).body).toEqual({ charges: [] });
    rig.charge();
    rig.charge({ key: 'k' });
    rig.provider.drop(3);
    rig.charge({ key: 'k' });
    expect(rig.provider.chargesFor('order-1', by).body).toMatchObject({ charges: [{ id: 'id-2' }, { id: 'id-3' }] });
    expect(rig.provider.chargesFor('order-2', by).body).toEqual({ charges: [] });
  });

  test('by id finds the charge or nothing', () => {
    const rig = createRig();
    rig.charge();
    expect(rig.provider.charge('id-1', by)).toMatchObject({ status: 200, body: { reference: 'order-1' } });
    expect(rig.provider.charge('id-9', by)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });

  test('is a call of its own in the ledger', () => {
    const rig = createRig();
    rig.provider.chargesFor('order-1', { caller: 'worker-2', requestId: 'req-1' });
    rig.provider.charge('id-9', by);
    expect(rig.calls()).toMatchObject([
      { call: 1, caller: 'worker-2', method: 'GET', reference: 'order-1', requestId: 'req-1', status: 200 },
      { call: 2, method: 'GET', reference: null, status: 404, outcome: 'answered', actedAtMs: null },
    ]);
  });
});

describe('a reset', () => {
  test('leaves a new provider, and resets the calls that are open', () => {
    const rig = createRig();
    rig.provider.setBehaviours([{ kind: 'decline', reference: 'order-2' }]);
    const hold = rig.provider.hold({ at: 'before', caller: 'worker-2' }) ?? '';
    rig.charge({ key: 'k' });
    rig.charge({ caller: 'worker-2' });
    expect(rig.provider.reset()).toEqual([{ kind: 'reset', call: 2, afterMs: 0 }]);
    expect(rig.ledger()).toMatchObject({ calls: [], charges: [], callsDropped: 0 });
    expect(rig.provider.waiting(hold)).toBeNull();
    expect(rig.provider.chargesFor('order-1', by).body).toEqual({ charges: [] });
    expect(statusOf(rig.charge({ key: 'k', reference: 'order-2', caller: 'worker-2' }))).toBe(201);
  });

  test('does not give a number twice: an old call that ends late harms none', () => {
    const rig = createRig();
    rig.provider.hold({ at: 'before' });
    rig.charge();
    rig.provider.reset();
    rig.provider.hold({ at: 'before' });
    expect(rig.charge()).toMatchObject({ kind: 'hold', call: 2 });
    rig.provider.drop(1);
    rig.provider.finish(1);
    expect(rig.calls()).toMatchObject([{ call: 2, outcome: 'held' }]);
  });
});
