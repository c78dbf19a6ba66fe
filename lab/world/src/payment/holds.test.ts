import { expect, test } from 'vitest';
import { answerOf, createRig, statusOf } from '../testing/provider-rig.ts';

test('held before, a call has not acted; released, it does', () => {
  const rig = createRig();
  const hold = rig.provider.hold({ at: 'before' }) ?? '';
  expect(rig.charge()).toEqual({ kind: 'hold', call: 1 });
  expect(rig.effects()).toEqual([]);
  expect(rig.calls()[0]).toMatchObject({ outcome: 'held', actedAtMs: null, status: null });
  expect(rig.provider.waiting(hold)).toEqual([{ call: 1, caller: 'worker-1', reference: 'order-1' }]);
  rig.clock.nowMs = 2_000;
  expect(rig.provider.release(hold).map(statusOf)).toEqual([201]);
  expect(rig.calls()[0]).toMatchObject({ outcome: 'answered', receivedAtMs: 1_000, actedAtMs: 2_000 });
});

test('held before, a call whose connection dies was never processed', () => {
  const rig = createRig();
  const hold = rig.provider.hold({ at: 'before' }) ?? '';
  rig.charge();
  rig.charge({ reference: 'order-2' });
  rig.provider.drop(1);
  expect(rig.provider.waiting(hold)).toHaveLength(1);
  expect(rig.provider.release(hold)).toMatchObject([{ call: 2 }]);
  expect(rig.effects()).toEqual(['order-2']);
  expect(rig.calls()[0]).toMatchObject({ outcome: 'dropped', actedAtMs: null, answeredAtMs: null });
});

test('held after, a call has acted and is not answered', () => {
  const rig = createRig();
  const hold = rig.provider.hold({ at: 'after' }) ?? '';
  expect(rig.charge()).toEqual({ kind: 'hold', call: 1 });
  expect(rig.effects()).toEqual(['order-1']);
  expect(rig.calls()[0]).toMatchObject({ outcome: 'held', actedAtMs: 1_000, answeredAtMs: null });
  rig.clock.nowMs = 2_000;
  expect(answerOf(rig.provider.release(hold)[0])).toMatchObject({ status: 201, body: { id: 'id-2' }, afterMs: 0 });
  expect(rig.calls()[0]).toMatchObject({ outcome: 'answered', actedAtMs: 1_000, answeredAtMs: 2_000 });
  expect(rig.effects()).toEqual(['order-1']);
});

test('released calls act in order of arrival', () => {
  const rig = createRig();
  const hold = rig.provider.hold({ at: 'before' }) ?? '';
  const order = ['c', 'a', 'd', 'b'];
  for (const reference of order) rig.charge({ reference });
  expect(rig.provider.release(hold).map(({ call }) => call)).toEqual([1, 2, 3, 4]);
  expect(rig.effects()).toEqual(order);
});

test('twins that are held before are held side by side; released, one charge is made', () => {
  const rig = createRig();
  const hold = rig.provider.hold({ at: 'before' }) ?? '';
  rig.charge({ key: 'k', caller: 'worker-1' });
  rig.charge({ key: 'k', caller: 'worker-2' });
  expect(rig.provider.waiting(hold)?.map(({ caller }) => caller)).toEqual(['worker-1', 'worker-2']);
  const [first, second] = rig.provider.release(hold).map(answerOf);
  expect(second).toMatchObject({ body: first?.body, headers: { 'idempotent-replayed': 'true' } });
  expect(rig.effects()).toEqual(['order-1']);
});

test('a twin that is not held charges first; the held one is then its replay', () => {
  const rig = createRig();
  const hold = rig.provider.hold({ at: 'before', caller: 'worker-1' }) ?? '';
  rig.charge({ key: 'k' });
  expect(statusOf(rig.charge({ key: 'k', caller: 'worker-2' }))).toBe(201);
  expect(answerOf(rig.provider.release(hold)[0]).headers['idempotent-replayed']).toBe('true');
  expect(rig.effects()).toEqual(['order-1']);
});

test('held after, a twin is in flight; once its caller is gone the replay is held as a charge would be', () => {
  const rig = createRig();
  const hold = rig.provider.hold({ at: 'after' }) ?? '';
  rig.charge({ key: 'k' });
  expect(statusOf(rig.charge({ key: 'k' }))).toBe(409);
  rig.provider.drop(1);
  expect(statusOf(rig.charge({ key: 'k' }))).toBeNull();
  expect(rig.provider.waiting(hold)).toMatchObject([{ call: 3 }]);
});

test('a hold takes only the calls of its reference and caller, as often as it says', () => {
  const rig = createRig();
  const hold = rig.provider.hold({ at: 'before', reference: 'order-1', caller: 'worker-1', times: 2 }) ?? '';
  expect(statusOf(rig.charge({ reference: 'order-2' }))).toBe(201);
  expect(statusOf(rig.charge({ caller: 'worker-2' }))).toBe(201);
  expect([1, 2, 3].map(() => statusOf(rig.charge()))).toEqual([null, null, 201]);
  expect(rig.provider.waiting(hold)).toHaveLength(2);
});

test('a call may be held before and after', () => {
  const rig = createRig();
  const after = rig.provider.hold({ at: 'after' }) ?? '';
  const before = rig.provider.hold({ at: 'before' }) ?? '';
  rig.charge();
  expect(rig.provider.waiting(after)).toEqual([]);
  expect(rig.provider.release(before)).toEqual([{ kind: 'hold', call: 1 }]);
  expect(rig.provider.waiting(after)).toHaveLength(1);
  expect(rig.provider.release(after).map(statusOf)).toEqual([201]);
});

test('behaviours decide when a held call goes on, not when it came', () => {
  const rig = createRig();
  const hold = rig.provider.hold({ at: 'before' }) ?? '';
  rig.charge();
  rig.provider.setBehaviours([{ kind: 'decline', times: 1 }]);
  expect(rig.provider.release(hold).map(statusOf)).toEqual([402]);
});

test('an answer without acting is not held after', () => {
  const rig = createRig();
  rig.provider.hold({ at: 'after' });
  rig.provider.setBehaviours([{ kind: 'answer', status: 503 }]);
  expect(statusOf(rig.charge())).toBe(503);
});

test('a reply that is to be lost can be held first', () => {
  const rig = createRig();
  const hold = rig.provider.hold({ at: 'after' }) ?? '';
  rig.provider.setBehaviours([{ kind: 'lose-reply' }]);
  rig.charge();
  expect(rig.provider.release(hold)).toEqual([{ kind: 'reset', call: 1, afterMs: 0 }]);
  expect(rig.calls()[0]?.outcome).toBe('lost');
});

test('a hold is released once', () => {
  const rig = createRig();
  const hold = rig.provider.hold({ at: 'before' }) ?? '';
  rig.charge();
  expect(rig.provider.release(hold)).toHaveLength(1);
  expect(rig.provider.release(hold)).toEqual([]);
  expect(rig.provider.waiting(hold)).toBeNull();
  expect(statusOf(rig.charge())).toBe(201);
});

test.each(['before', 'after'] as const)(
  'over the limit of held calls (%s) the answer is 503 and no money moves',
  (at) => {
    const rig = createRig({ heldMax: 2 });
    rig.provider.hold({ at });
    const decisions = ['a', 'b', 'c'].map((reference) => rig.charge({ reference }));
    expect(decisions.map(statusOf)).toEqual([null, null, 503]);
    expect(answerOf(decisions[2]).code).toBe('TOO_MANY_HELD');
    expect(rig.effects()).not.toContain('c');
  },
);

test('there are at most a thousand holds', () => {
  const { provider } = createRig();
  const holds = Array.from({ length: 1_001 }, () => provider.hold({ at: 'before', reference: 'nobody' }));
  expect(holds.filter((id) => id === null)).toHaveLength(1);
});
