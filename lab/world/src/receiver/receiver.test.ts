import { expect, test } from 'vitest';
import type { Message } from './receipts.ts';
import { createReceiver } from './receiver.ts';
import type { ReceiverBehaviour } from './receiver-behaviour.ts';

const message: Message = {
  caller: 'worker-1',
  path: '/foyles',
  remotePort: 40_000,
  webhookId: 'event-1',
  timestamp: '1700000000',
  signature: 'v1,abc',
  requestId: 'request-1',
  body: '{}',
  bodySha256: 'hash',
};

/** A receiver with a clock that counts, ids that count, and a random number from the middle. */
function createRig(behaviours: readonly ReceiverBehaviour[] = []) {
  let ticks = 0;
  const tick = () => {
    ticks += 1;
    return ticks;
  };
  const receiver = createReceiver({ now: tick, newId: () => `id-${tick()}`, random: () => 0.5 });
  receiver.setBehaviours(behaviours);
  const tell = (changes: Partial<Message> = {}) => receiver.receive({ ...message, ...changes }).decision;
  const receipts = () => receiver.receipts(0, 100).receipts;
  return { receiver, tell, receipts };
}

const answerOf = (status: number, headers = {}, body = '') => ({ kind: 'answer', answer: { status, headers, body } });

test('a message is answered 204, and kept with all that it said', () => {
  const { receiver, receipts } = createRig();
  const { receipt, decision } = receiver.receive(message);
  expect(decision).toMatchObject({ ...answerOf(204), afterMs: 0 });
  expect(receipts()).toMatchObject([{ ...message, receipt: 1, status: null, outcome: 'open' }]);
  receiver.answered(receipt, 204);
  expect(receipts()).toMatchObject([{ status: 204, outcome: 'answered', endedAtMs: expect.any(Number) }]);
});

test('latency adds up on the way to what decides, by path and by caller, as often as it is told', () => {
  const { tell } = createRig([
    { kind: 'latency', latencyMs: 100, jitterMs: 50, path: '/foyles' },
    { kind: 'answer', status: 503, retryAfterSeconds: 7, body: 'Closed.', path: '/foyles', times: 2 },
    { kind: 'answer', status: 302, location: '/elsewhere', caller: 'worker-2' },
  ]);
  const closed = { ...answerOf(503, { 'retry-after': '7' }, 'Closed.'), afterMs: 100 };
  expect([tell(), tell()]).toEqual([closed, closed]);
  expect(tell()).toEqual({ ...answerOf(204), afterMs: 100 });
  expect(tell({ path: '/other', caller: 'worker-2' })).toEqual({
    ...answerOf(302, { location: '/elsewhere' }),
    afterMs: 0,
  });
  expect(tell({ path: '/other' })).toEqual({ ...answerOf(204), afterMs: 0 });
});

test('errors come at their rate', () => {
  expect(createRig([{ kind: 'error', rate: 0.4, status: 500 }]).tell()).toMatchObject(answerOf(204));
  expect(createRig([{ kind: 'error', rate: 0.6, status: 500 }]).tell()).toMatchObject(answerOf(500));
});

test('a receiver may fall silent, hang up, or begin an answer without ending it', () => {
  const { tell, receipts } = createRig([
    { kind: 'silent', times: 1 },
    { kind: 'close', times: 1 },
    { kind: 'truncate', status: 200, times: 1 },
    { kind: 'trickle', status: 500, times: 1 },
  ]);
  expect([tell(), tell(), tell(), tell()]).toEqual([
    { kind: 'wait' },
    { kind: 'reset', afterMs: 0 },
    { kind: 'truncate', afterMs: 0, status: 200 },
    { kind: 'trickle', afterMs: 0, status: 500 },
  ]);
  expect(receipts()[0]?.outcome).toBe('silent');
});

test('held messages wait in order of arrival, and are decided when they are released', () => {
  const { receiver, tell } = createRig();
  const hold = receiver.hold({ path: '/foyles', times: 2 });
  expect([tell(), tell({ path: '/other' }), tell({ webhookId: 'event-2' }), tell()]).toMatchObject([
    { kind: 'wait' },
    answerOf(204),
    { kind: 'wait' },
    answerOf(204),
  ]);
  expect(receiver.waiting(hold)?.map(({ receipt, webhookId }) => [receipt, webhookId])).toEqual([
    [1, 'event-1'],
    [3, 'event-2'],
  ]);
  receiver.setBehaviours([{ kind: 'answer', status: 410 }]);
  expect(receiver.release(hold).map(({ decision }) => decision)).toMatchObject([answerOf(410), answerOf(410)]);
  expect(receiver.waiting(hold)).toBeNull();
  expect(receiver.release(hold)).toEqual([]);
});

test('a sender who goes first is told nothing, and one who was answered may go', () => {
  const { receiver, receipts } = createRig();
  const hold = receiver.hold({ times: 1 });
  const { receipt } = receiver.receive(message);
  receiver.drop(receipt);
  expect(receiver.waiting(hold)).toEqual([]);
  const second = receiver.receive(message);
  receiver.answered(second.receipt, 204);
  receiver.drop(second.receipt);
  expect(receipts().map(({ outcome, status }) => [outcome, status])).toEqual([
    ['dropped', null],
    ['answered', 204],
  ]);
});

test('a reset leaves nothing, cuts what is open, and numbers go on', () => {
  const { receiver, tell, receipts } = createRig([{ kind: 'silent' }]);
  const hold = receiver.hold({});
  tell();
  expect(receiver.reset()).toHaveLength(1);
  expect(receiver.waiting(hold)).toBeNull();
  expect(receipts()).toEqual([]);
  expect(tell()).toMatchObject(answerOf(204));
  expect(receiver.receipts(0, 100)).toMatchObject({ receipts: [{ receipt: 2 }], last: 2 });
});

test('receipts come in pages behind a cursor', () => {
  const { receiver, tell } = createRig();
  for (let count = 1; count <= 5; count += 1) tell();
  const numbers = (since: number) => receiver.receipts(since, 2).receipts.map(({ receipt }) => receipt);
  expect([numbers(0), numbers(2), numbers(4), numbers(5), numbers(99)]).toEqual([[1, 2], [3, 4], [5], [], []]);
});
