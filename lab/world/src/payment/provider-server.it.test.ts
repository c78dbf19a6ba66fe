import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually, type Sent, send, startTestWorld, type TestWorld } from '../testing/test-world.ts';

let world: TestWorld;
beforeEach(async () => {
  world = await startTestWorld();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const order = { reference: 'order-1', amountCents: 1_999, currency: 'EUR' };
const rawBody = JSON.stringify(order);
const rawCharge = `POST /charges HTTP/1.1\r\nHost: x\r\nContent-Length: ${rawBody.length}\r\n\r\n${rawBody}`;
const keyed = (key: string): Sent => ({ body: order, headers: { 'idempotency-key': key } });
const charge = (sent: Sent = { body: order }, caller = 'worker-1') => send(world.portOf(caller), sent);
const outcomes = async () => (await world.control.ledger()).calls.filter(({ method }) => method === 'POST');
const outcomeOfFirst = async () => (await outcomes())[0];

test('a charge is answered, found by reference and by id, and in the ledger with its request id', async () => {
  const headers = { 'idempotency-key': 'k', 'x-request-id': 'req-1' };
  const answer = await charge({ body: order, headers }).answer;
  expect(answer).toMatchObject({ status: 201, body: { ...order, status: 'charged', id: expect.any(String) } });
  const { id, createdAt } = answer.body as { id: string; createdAt: string };
  expect(Math.abs(Date.parse(createdAt) - Date.now())).toBeLessThan(60_000);
  expect(await world.effects('order-1')).toEqual([id]);
  const byId = await send(world.portOf('worker-1'), { method: 'GET', path: answer.headers.location ?? '' }).answer;
  expect(byId).toMatchObject({ status: 200, body: answer.body });
  const { charges } = await world.control.ledger();
  expect(charges).toMatchObject([{ ...order, id, caller: 'worker-1', key: 'k', requestId: 'req-1', replayOf: null }]);
});

test('two callers are told apart by their ports', async () => {
  await charge({ body: { ...order, reference: 'a' } }, 'worker-1').answer;
  await charge({ body: { ...order, reference: 'b' } }, 'worker-2').answer;
  await world.control.setBehaviours([{ kind: 'decline', caller: 'worker-2' }]);
  expect((await charge({ body: order }, 'worker-1').answer).status).toBe(201);
  expect((await charge({ body: order }, 'worker-2').answer).status).toBe(402);
  const { calls, charges } = await world.control.ledger();
  expect(calls.map(({ caller, status }) => [caller, status])).toEqual([
    ['worker-1', 201],
    ['worker-2', 201],
    ['worker-1', 201],
    ['worker-2', 402],
  ]);
  expect(charges.map(({ caller, reference }) => [caller, reference])).toEqual([
    ['worker-1', 'a'],
    ['worker-2', 'b'],
    ['worker-1', 'order-1'],
  ]);
});

test('a hundred twins at once with one key make one charge', async () => {
  await world.control.setBehaviours([{ kind: 'latency', latencyMs: 20, jitterMs: 0, times: 1 }]);
  const twins = Array.from({ length: 100 }, (_, index) =>
    charge(keyed('k'), index % 2 === 0 ? 'worker-1' : 'worker-2'),
  );
  const statuses = (await Promise.all(twins.map(({ answer }) => answer))).map(({ status }) => status);
  expect(statuses.filter((status) => status === 201).length).toBeGreaterThan(0);
  expect(statuses.filter((status) => status !== 201 && status !== 409)).toEqual([]);
  expect(await world.effects('order-1')).toHaveLength(1);
  const { charges } = await world.control.ledger();
  expect(charges.filter(({ replayOf }) => replayOf === null)).toHaveLength(1);
  expect((await charge(keyed('k')).answer).headers['idempotent-replayed']).toBe('true');
});

describe('held before', () => {
  test('and its connection closed, a call makes no charge, even when it is released at once', async () => {
    for (let round = 0; round < 20; round += 1) {
      const hold = await world.control.hold({ at: 'before' });
      const sent = charge(keyed('k'));
      expect(await hold.waitFor({ count: 1, withinMs: 20_000 })).toMatchObject([{ caller: 'worker-1' }]);
      sent.cut();
      expect(await hold.release()).toBe(0);
    }
    expect(await world.effects('order-1')).toEqual([]);
    expect(await outcomes()).toHaveLength(20);
    expect(await outcomes()).toEqual(
      Array.from({ length: 20 }, () => expect.objectContaining({ outcome: 'dropped', actedAtMs: null, status: null })),
    );
  });

  test('and its process killed, a call makes no charge', async () => {
    await using hold = await world.control.hold({ at: 'before' });
    const url = `http://127.0.0.1:${world.portOf('worker-1')}/charges`;
    const script = `fetch(${JSON.stringify(url)}, { method: 'POST', body: ${JSON.stringify(JSON.stringify(order))} })`;
    const caller = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
    const exited = once(caller, 'exit');
    try {
      await hold.waitFor({ count: 1, withinMs: 20_000 });
    } finally {
      caller.kill('SIGKILL');
      await exited;
    }
    expect(await hold.release()).toBe(0);
    expect(await world.effects('order-1')).toEqual([]);
  });

  test('and half-closed by its caller, a call is dropped', async () => {
    await using hold = await world.control.hold({ at: 'before' });
    const socket = connect(world.portOf('worker-1'), '127.0.0.1');
    socket.resume();
    const closed = once(socket, 'close');
    socket.end(rawCharge);
    await closed;
    expect(await outcomeOfFirst()).toMatchObject({ outcome: 'dropped', actedAtMs: null });
    expect(await hold.release()).toBe(0);
  });

  test('calls are not answered, and released they act in order of arrival', async () => {
    const hold = await world.control.hold({ at: 'before' });
    const references = ['c', 'a', 'd', 'b'];
    const sent = [];
    for (const [index, reference] of references.entries()) {
      sent.push(charge({ body: { ...order, reference } }));
      await hold.waitFor({ count: index + 1, withinMs: 20_000 });
    }
    expect((await hold.waiting()).map(({ reference }) => reference)).toEqual(references);
    expect((await world.control.ledger()).charges).toEqual([]);
    expect(await hold.release()).toBe(4);
    expect((await Promise.all(sent.map(({ answer }) => answer))).map(({ status }) => status)).toEqual([
      201, 201, 201, 201,
    ]);
    expect((await world.control.ledger()).charges.map(({ reference }) => reference)).toEqual(references);
    expect(await hold.release()).toBe(0);
  });
});

describe('held after', () => {
  test('a call shows at once by its reference, and its caller is answered on release', async () => {
    const hold = await world.control.hold({ at: 'after' });
    const sent = charge();
    await hold.waitFor({ count: 1, withinMs: 20_000 });
    const [id] = await world.effects('order-1');
    expect(await outcomeOfFirst()).toMatchObject({
      outcome: 'held',
      actedAtMs: expect.any(Number),
      answeredAtMs: null,
    });
    expect(await hold.release()).toBe(1);
    expect(await sent.answer).toMatchObject({ status: 201, body: { id } });
  });

  test('and its connection closed, a call has made its charge, and its key finds it', async () => {
    const hold = await world.control.hold({ at: 'after', times: 1 });
    const sent = charge(keyed('k'));
    await hold.waitFor({ count: 1, withinMs: 20_000 });
    expect((await charge(keyed('k'), 'worker-2').answer).body).toMatchObject({ code: 'IN_FLIGHT' });
    sent.cut();
    await eventually(async () => (await outcomeOfFirst())?.outcome === 'dropped');
    expect(await hold.release()).toBe(0);
    const again = await charge(keyed('k'), 'worker-2').answer;
    expect(again).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } });
    expect(await world.effects('order-1')).toHaveLength(1);
  });
});

test('a lost reply is ECONNRESET at the caller and a charge in the ledger, seen by reference at once', async () => {
  await world.control.setBehaviours([{ kind: 'lose-reply', times: 1 }]);
  await expect(charge(keyed('k')).answer).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await world.effects('order-1')).toHaveLength(1);
  expect(await outcomeOfFirst()).toMatchObject({ outcome: 'lost', status: null, answeredAtMs: null });
  expect((await charge(keyed('k')).answer).headers['idempotent-replayed']).toBe('true');
  expect(await world.effects('order-1')).toHaveLength(1);
});

test('a lost reply is a reset on the wire, not a close', async () => {
  await world.control.setBehaviours([{ kind: 'lose-reply' }]);
  const socket = connect(world.portOf('worker-1'), '127.0.0.1');
  const failed = once(socket, 'error');
  socket.write(rawCharge);
  expect(await failed).toMatchObject([{ code: 'ECONNRESET', syscall: 'read' }]);
});

test('latency is waited for, and a caller that gives up meanwhile is charged all the same', async () => {
  await world.control.setBehaviours([{ kind: 'latency', latencyMs: 50, jitterMs: 0 }]);
  const startedAt = performance.now();
  expect((await charge().answer).status).toBe(201);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(45);
  await world.control.setBehaviours([{ kind: 'latency', latencyMs: 60_000, jitterMs: 0 }]);
  const slow = charge({ body: { ...order, reference: 'slow' } });
  await eventually(async () => (await world.effects('slow')).length === 1);
  slow.cut();
  await eventually(async () => (await outcomes()).at(-1)?.outcome === 'dropped');
  expect((await outcomes()).at(-1)).toMatchObject({ actedAtMs: expect.any(Number), answeredAtMs: null, status: null });
});

test('an answer without acting comes with Retry-After', async () => {
  await world.control.setBehaviours([{ kind: 'answer', status: 429, retryAfterSeconds: 3 }]);
  const answer = await charge().answer;
  expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '3' }, body: { code: 'RATE_LIMITED' } });
  expect(await world.effects('order-1')).toEqual([]);
});

describe('nonsense', () => {
  test.each([
    ['no JSON', '{"reference":'],
    ['nothing', ''],
    ['a list', []],
    ['no reference', { amountCents: 1, currency: 'EUR' }],
    ['an empty reference', { ...order, reference: '' }],
    ['an amount of nothing', { ...order, amountCents: 0 }],
    ['an amount with fractions', { ...order, amountCents: 1.5 }],
    ['an amount in text', { ...order, amountCents: '1999' }],
    ['another currency', { ...order, currency: 'USD' }],
    ['a field too many', { ...order, tip: 1 }],
  ])('as %s is 400 and not in the ledger', async (_name, body) => {
    expect((await charge({ body }).answer).status).toBe(400);
    expect(await world.control.ledger()).toMatchObject({ calls: [], charges: [] });
  });

  test.each(['', ' ', 'two words', 'x'.repeat(256), 'ä'])(
    'as the key "%s" is 400 and not in the ledger',
    async (key) => {
      const headers = { 'idempotency-key': Buffer.from(key).toString('latin1') };
      expect((await charge({ body: order, headers }).answer).status).toBe(400);
      expect(await world.control.ledger()).toMatchObject({ calls: [], charges: [] });
    },
  );

  test('as a body over 16 kB is 413 and not in the ledger, however large', async () => {
    for (const length of [17 * 1024, 4 * 1024 * 1024]) {
      expect((await charge({ body: { ...order, reference: 'x'.repeat(length) } }).answer).status).toBe(413);
    }
    expect((await charge({ body: { ...order, reference: 'x'.repeat(200) } }).answer).status).toBe(201);
    expect((await charge({ body: { ...order, reference: 'x'.repeat(201) } }).answer).status).toBe(400);
    expect((await world.control.ledger()).calls).toHaveLength(1);
  });

  test.each([
    ['GET', '/charges', 400],
    ['GET', '/charges?reference=', 400],
    ['GET', '/charges/unknown', 404],
    ['GET', '/else', 404],
    ['DELETE', '/charges', 405],
    ['GET', '//', 400],
    ['GET', '/healthz', 200],
  ])('%s %s is answered %i', async (method, path, status) => {
    expect((await send(world.portOf('worker-1'), { method, path }).answer).status).toBe(status);
  });
});

test('a call that is cut in the middle of its body leaves no trace', async () => {
  const socket = connect(world.portOf('worker-1'), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(rawCharge.slice(0, -5));
  // Answered on another connection: the half that was sent has been read by then.
  await world.effects('order-1');
  socket.destroy();
  expect((await charge({ body: { ...order, reference: 'order-2' } }).answer).status).toBe(201);
  expect(await world.effects('order-1')).toEqual([]);
  expect((await outcomes()).map(({ reference }) => reference)).toEqual(['order-2']);
});

test('a kept connection serves one call after the other: charges, questions, refused bodies and held calls', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const large = { ...order, reference: 'x'.repeat(4 * 1024 * 1024) };
    const first = await charge({ body: order, agent }).answer;
    const refused = await charge({ body: large, agent }).answer;
    const asked = await charge({ method: 'GET', path: '/charges?reference=order-1', agent }).answer;
    const hold = await world.control.hold({ at: 'before' });
    const held = charge({ body: order, agent });
    await hold.waitFor({ count: 1, withinMs: 20_000 });
    await hold.release();
    const last = await held.answer;
    expect([first, refused, asked, last].map(({ status }) => status)).toEqual([201, 413, 200, 201]);
    expect(new Set([first, refused, asked, last].map(({ from }) => from)).size).toBe(1);
  } finally {
    agent.destroy();
  }
});

test('after a reset nothing is left, and open calls are cut', async () => {
  const hold = await world.control.hold({ at: 'after' });
  const sent = charge(keyed('k'));
  await hold.waitFor({ count: 1, withinMs: 20_000 });
  await world.control.reset();
  await expect(sent.answer).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await world.control.ledger()).toEqual({ calls: [], charges: [], callsDropped: 0 });
  expect((await charge(keyed('k')).answer).headers['idempotent-replayed']).toBeUndefined();
});

test('calls that are held when the world ends are cut', async () => {
  const hold = await world.control.hold({ at: 'before' });
  const sent = charge();
  await hold.waitFor({ count: 1, withinMs: 20_000 });
  await world[Symbol.asyncDispose]();
  await expect(sent.answer).rejects.toMatchObject({ code: 'ECONNRESET' });
});
