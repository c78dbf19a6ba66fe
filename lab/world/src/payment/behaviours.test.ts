import { describe, expect, test } from 'vitest';
import { answerOf, createRig, statusOf } from '../testing/provider-rig.ts';
import { type Behaviour, behaviourSchema, holdSchema } from './behaviour.ts';

function rigWith(behaviours: readonly Behaviour[], randoms: readonly number[] = []) {
  const rig = createRig({ randoms });
  rig.provider.setBehaviours(behaviours);
  return rig;
}

describe('latency', () => {
  test.each([
    { random: 0, afterMs: 80 },
    { random: 0.5, afterMs: 100 },
    { random: 0.75, afterMs: 110 },
  ])('acts at once and answers late by its time ± jitter ($random: $afterMs ms)', ({ random, afterMs }) => {
    const rig = rigWith([{ kind: 'latency', latencyMs: 100, jitterMs: 20 }], [random]);
    expect(answerOf(rig.charge()).afterMs).toBe(afterMs);
    expect(rig.effects()).toEqual(['order-1']);
    expect(rig.calls()[0]).toMatchObject({ outcome: 'held', status: null, actedAtMs: 1_000, answeredAtMs: null });
    rig.clock.nowMs = 1_100;
    rig.provider.finish(1);
    expect(rig.calls()[0]).toMatchObject({ outcome: 'answered', status: 201, answeredAtMs: 1_100 });
  });

  test('is never below nothing', () => {
    expect(answerOf(rigWith([{ kind: 'latency', latencyMs: 5, jitterMs: 50 }], [0]).charge()).afterMs).toBe(0);
  });

  test('adds up with more latency, and delays whatever decides after it', () => {
    const slow: Behaviour = { kind: 'latency', latencyMs: 30, jitterMs: 0 };
    expect(answerOf(rigWith([slow, slow, { kind: 'answer', status: 503 }]).charge())).toMatchObject({
      status: 503,
      afterMs: 60,
    });
    expect(rigWith([slow, { kind: 'lose-reply' }]).charge()).toEqual({ kind: 'reset', call: 1, afterMs: 30 });
  });

  test('of a caller that goes away meanwhile ends as dropped, and the charge stands', () => {
    const rig = rigWith([{ kind: 'latency', latencyMs: 30, jitterMs: 0 }]);
    rig.charge();
    rig.provider.drop(1);
    rig.provider.finish(1);
    expect(rig.calls()[0]).toMatchObject({ outcome: 'dropped', status: null, answeredAtMs: null });
    expect(rig.effects()).toEqual(['order-1']);
  });
});

describe('an answer without acting', () => {
  test('carries its status, its code and when to come again', () => {
    const rig = rigWith([{ kind: 'answer', status: 429, retryAfterSeconds: 7, code: 'SLOW_DOWN' }]);
    expect(answerOf(rig.charge())).toMatchObject({ status: 429, code: 'SLOW_DOWN', headers: { 'retry-after': '7' } });
    expect(rig.ledger()).toMatchObject({ charges: [], calls: [{ status: 429, actedAtMs: null, outcome: 'answered' }] });
  });

  test.each([
    { status: 429, code: 'RATE_LIMITED' },
    { status: 503, code: 'UNAVAILABLE' },
  ])('of status $status has the code $code where none is given', ({ status, code }) => {
    const answer = answerOf(rigWith([{ kind: 'answer', status }]).charge());
    expect(answer).toMatchObject({ status, code, headers: {} });
  });

  test('comes before any key is looked at', () => {
    const rig = rigWith([]);
    rig.charge({ key: 'k' });
    rig.provider.setBehaviours([{ kind: 'answer', status: 503 }]);
    expect(statusOf(rig.charge({ key: 'k' }))).toBe(503);
  });
});

test('a declined charge moves no money', () => {
  const rig = rigWith([{ kind: 'decline' }]);
  expect(answerOf(rig.charge())).toMatchObject({ status: 402, code: 'DECLINED' });
  expect(rig.ledger()).toMatchObject({ charges: [], calls: [{ status: 402, actedAtMs: null }] });
});

test('a lost reply is a charge that the caller was not told of', () => {
  const rig = rigWith([{ kind: 'lose-reply' }]);
  expect(rig.charge()).toEqual({ kind: 'reset', call: 1, afterMs: 0 });
  expect(rig.effects()).toEqual(['order-1']);
  expect(rig.calls()[0]).toMatchObject({ outcome: 'lost', status: null, actedAtMs: 1_000, answeredAtMs: null });
});

test('an error by rate comes as often as its numbers say, and else the next behaviour decides', () => {
  const rules: Behaviour[] = [{ kind: 'error', rate: 0.3, status: 500 }, { kind: 'decline' }];
  const rig = rigWith(rules, [0.29, 0.3, 0, 0.99]);
  expect([1, 2, 3, 4].map(() => statusOf(rig.charge()))).toEqual([500, 402, 500, 402]);
  expect(rig.effects()).toEqual([]);
});

test.each([
  { rate: 0, status: 201 },
  { rate: 1, status: 500 },
])('an error of rate $rate is certain', ({ rate, status }) => {
  expect(statusOf(rigWith([{ kind: 'error', rate, status: 500 }], [0]).charge())).toBe(status);
  expect(statusOf(rigWith([{ kind: 'error', rate, status: 500 }], [0.999_999]).charge())).toBe(status);
});

describe('rules', () => {
  test('decide in order, each for its reference and its caller', () => {
    const rig = rigWith([
      { kind: 'answer', status: 500, reference: 'order-1', caller: 'worker-1' },
      { kind: 'answer', status: 501, reference: 'order-1' },
      { kind: 'answer', status: 502, caller: 'worker-1' },
      { kind: 'answer', status: 503 },
    ]);
    const calls = ['order-1', 'order-2'].flatMap((reference) =>
      ['worker-1', 'worker-2'].map((caller) => statusOf(rig.charge({ reference, caller }))),
    );
    expect(calls).toEqual([500, 501, 502, 503]);
  });

  test('apply as often as they say, then the next one does', () => {
    const rig = rigWith([
      { kind: 'answer', status: 503, times: 2 },
      { kind: 'decline', times: 1 },
    ]);
    expect([1, 2, 3, 4].map(() => statusOf(rig.charge()))).toEqual([503, 503, 402, 201]);
  });

  test('are not used up by a call that they do not change', () => {
    const rig = rigWith([{ kind: 'lose-reply', times: 2 }]);
    expect(statusOf(rig.charge({ key: 'k' }))).toBe(0);
    expect(statusOf(rig.charge({ key: 'k', amountCents: 5 }))).toBe(422);
    expect(statusOf(rig.charge({ key: 'other' }))).toBe(0);
    expect(statusOf(rig.charge({ key: 'third' }))).toBe(201);
    const rare = rigWith([{ kind: 'error', rate: 0.5, status: 500, times: 1 }], [0.9, 0.1, 0.1]);
    expect([1, 2, 3].map(() => statusOf(rare.charge()))).toEqual([201, 500, 201]);
  });

  test('that are set anew replace all, with counts that begin anew', () => {
    const rig = rigWith([{ kind: 'decline', times: 1 }]);
    expect(statusOf(rig.charge())).toBe(402);
    rig.provider.setBehaviours([{ kind: 'decline', times: 1 }]);
    expect([statusOf(rig.charge()), statusOf(rig.charge())]).toEqual([402, 201]);
    rig.provider.setBehaviours([]);
    expect(statusOf(rig.charge())).toBe(201);
  });

  test.each([
    { kind: 'answer', status: 200 },
    { kind: 'answer', status: 503, code: 'not a code' },
    { kind: 'error', rate: 1.1, status: 500 },
    { kind: 'latency', latencyMs: -1, jitterMs: 0 },
    { kind: 'latency', latencyMs: 10 },
    { kind: 'decline', times: 0 },
    { kind: 'decline', refrence: 'order-1' },
    { kind: 'hold', at: 'before' },
  ])('as %j are refused', (behaviour) => {
    expect(behaviourSchema.safeParse(behaviour).success).toBe(false);
  });

  test('of a hold need its place', () => {
    expect(holdSchema.safeParse({ reference: 'order-1' }).success).toBe(false);
    expect(holdSchema.safeParse({ at: 'between' }).success).toBe(false);
  });
});
