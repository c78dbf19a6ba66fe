import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually, type Sent, send, startTestWorld, type TestWorld, token } from '../testing/test-world.ts';
import { createReceiverControl, type ReceiverControl } from './receiver-control.ts';

let world: TestWorld;
let receiver: ReceiverControl;
beforeEach(async () => {
  world = await startTestWorld();
  receiver = createReceiverControl({ url: world.controlUrl, token, signal: new AbortController().signal });
});
afterEach(() => world[Symbol.asyncDispose]());

const body = '{"type": "order.paid"}';
const headers = {
  'webhook-id': 'event-1',
  'webhook-timestamp': '1700000000',
  'webhook-signature': 'v1,abc v1,def',
  'x-request-id': 'request-1',
};
const tell = (path = '/foyles', sent: Partial<Sent> = {}, caller = 'worker-1') =>
  send(world.receiverPortOf(caller), { path, headers, body, ...sent });
const first = async () => (await receiver.receipts())[0];

test('a message is answered, and kept with its headers, its body and where it came from', async () => {
  const answer = await tell('/foyles?key=1').answer;
  expect(answer.status).toBe(204);
  await tell('/other', {}, 'worker-2').answer;
  const [one, two] = await receiver.receipts();
  expect(one).toMatchObject({
    receipt: 1,
    caller: 'worker-1',
    path: '/foyles',
    remotePort: answer.from,
    webhookId: 'event-1',
    timestamp: '1700000000',
    signature: 'v1,abc v1,def',
    requestId: 'request-1',
    body,
    bodySha256: createHash('sha256').update(body).digest('hex'),
    status: 204,
    outcome: 'answered',
  });
  expect(two).toMatchObject({ caller: 'worker-2', path: '/other' });
});

test('it answers as it was told', async () => {
  await receiver.setBehaviours([
    { kind: 'answer', status: 429, retryAfterSeconds: 3, body: '{"why":"too many"}', times: 1 },
    { kind: 'answer', status: 302, location: '/elsewhere', times: 1 },
  ]);
  const [refused, moved] = [await tell().answer, await tell().answer];
  expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '3' }, body: { why: 'too many' } });
  expect(moved).toMatchObject({ status: 302, headers: { location: '/elsewhere' } });
});

test('it hangs up without an answer, or in the middle of one', async () => {
  await receiver.setBehaviours([
    { kind: 'close', times: 1 },
    { kind: 'truncate', status: 200, times: 1 },
  ]);
  await expect(tell().answer).rejects.toMatchObject({ code: 'ECONNRESET' });
  await expect(tell().answer).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect((await receiver.receipts()).map(({ outcome, status }) => [outcome, status])).toEqual([
    ['cut', null],
    ['cut', 200],
  ]);
});

test('a silent one, and one whose answer does not end, leave it to their sender to go', async () => {
  await receiver.setBehaviours([
    { kind: 'silent', times: 1 },
    { kind: 'trickle', status: 200, times: 1 },
  ]);
  for (const [index, outcome] of ['silent', 'answered'].entries()) {
    const sent = tell();
    await eventually(async () => (await receiver.receipts())[index]?.outcome === outcome);
    sent.cut();
  }
});

test('a held message is answered when it is released, and one whose sender has gone is not', async () => {
  const hold = await receiver.hold({ path: '/foyles' });
  const [stays, goes] = [tell(), tell()];
  const held = await hold.waitFor({ count: 2, withinMs: 20_000 });
  expect(held).toMatchObject([{ webhookId: 'event-1', path: '/foyles' }, {}]);
  goes.cut();
  await eventually(async () => (await hold.waiting()).length === 1);
  expect(await hold.release()).toBe(1);
  expect((await stays.answer).status).toBe(204);
  expect((await receiver.receipts()).map(({ outcome }) => outcome).toSorted()).toEqual(['answered', 'dropped']);
  expect(await hold.release()).toBe(0);
});

test('slow answers come late, and whoever does not wait for them has gone', async () => {
  await receiver.setBehaviours([{ kind: 'latency', latencyMs: 60_000, jitterMs: 0, times: 1 }]);
  const sent = tell();
  await eventually(async () => (await first()) !== undefined);
  sent.cut();
  await eventually(async () => (await first())?.outcome === 'dropped');
});

test('a reset of the world resets it too', async () => {
  await receiver.setBehaviours([{ kind: 'answer', status: 500 }]);
  await tell().answer;
  const hold = await receiver.hold({});
  const held = tell();
  await hold.waitFor({ count: 1, withinMs: 20_000 });
  const cut = expect(held.answer).rejects.toMatchObject({ code: 'ECONNRESET' });
  await world.control.reset();
  await cut;
  expect(await receiver.receipts()).toEqual([]);
  expect((await tell().answer).status).toBe(204);
});

test('what is no message is refused, and leaves no receipt', async () => {
  expect((await tell('/foyles', { method: 'PUT' }).answer).status).toBe(405);
  expect((await tell('/foyles', { body: 'x'.repeat(70_000) }).answer).status).toBe(413);
  expect((await tell('/healthz', { method: 'GET' }).answer).status).toBe(200);
  expect(await receiver.receipts()).toEqual([]);
});

test('behaviours that cannot be read are refused', async () => {
  const wrong = { kind: 'answer', status: 99 } as const;
  await expect(receiver.setBehaviours([wrong])).rejects.toThrow('answered 400');
});
