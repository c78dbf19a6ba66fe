import { afterEach, beforeEach, expect, test } from 'vitest';
import { send, startTestWorld, type TestWorld, token } from '../testing/test-world.ts';
import { createWorldControl } from './world-control.ts';

let world: TestWorld;
beforeEach(async () => {
  world = await startTestWorld();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const order = { reference: 'order-1', amountCents: 1_999, currency: 'EUR' };
const controlPort = () => Number(new URL(world.controlUrl).port);
const authorization = `Bearer ${token}`;

test.each([
  ['PUT', '/behaviours', [{ kind: 'decline' }]],
  ['POST', '/holds', { at: 'before' }],
  ['GET', '/ledger', undefined],
  ['POST', '/reset', undefined],
  ['POST', '/stop', undefined],
  ['GET', '/else', undefined],
])('%s %s without the token is 401 and does nothing', async (method, path, body) => {
  for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: '' }]) {
    const answer = await send(controlPort(), { method, path, body, headers }).answer;
    expect(answer).toMatchObject({ status: 401, body: { code: 'TOKEN_REFUSED' } });
    expect(JSON.stringify(answer.body)).not.toContain(token);
  }
  expect((await send(world.portOf('worker-1'), { body: order }).answer).status).toBe(201);
});

test.each([
  ['PUT', '/behaviours', { kind: 'decline' }, 400],
  ['PUT', '/behaviours', [{ kind: 'explode' }], 400],
  ['PUT', '/behaviours', Array.from({ length: 1_001 }, () => ({ kind: 'decline' })), 400],
  ['POST', '/holds', { at: 'between' }, 400],
  ['POST', '/holds', 'x'.repeat(600_000), 413],
  ['GET', '/holds/unknown', undefined, 404],
  ['GET', '/ledger?sinceCall=-1', undefined, 400],
  ['GET', '/else', undefined, 404],
])('%s %s that does not fit is refused', async (method, path, body, status) => {
  const answer = await send(controlPort(), { method, path, body, headers: { authorization } }).answer;
  expect(answer.status).toBe(status);
});

test('a wait for a call that does not come ends in time, with those that came', async () => {
  await using hold = await world.control.hold({ at: 'before' });
  const startedAt = performance.now();
  expect(await hold.waitFor({ count: 1, withinMs: 50 })).toEqual([]);
  const tookMs = performance.now() - startedAt;
  expect(tookMs).toBeGreaterThanOrEqual(50);
  expect(tookMs).toBeLessThan(2_000);
});

test('a ledger of several pages is read whole, and from a cursor on', async () => {
  const asked = 2_300;
  for (let count = 0; count < asked; count += 100) {
    await Promise.all(
      Array.from({ length: 100 }, () => fetch(`http://127.0.0.1:${world.portOf('worker-1')}/charges?reference=none`)),
    );
  }
  await send(world.portOf('worker-1'), { body: order }).answer;
  const { calls, charges } = await world.control.ledger();
  expect(calls.map(({ call }) => call)).toEqual(Array.from({ length: asked + 1 }, (_, index) => index + 1));
  expect(charges).toHaveLength(1);
  expect(await world.control.ledger({ call: asked, charge: 1 })).toMatchObject({
    calls: [{ call: asked + 1 }],
    charges: [],
  });
});

test('an aborted signal ends a wait, but not the release of a hold', async () => {
  const abort = new AbortController();
  const control = createWorldControl({ url: world.controlUrl, token, signal: abort.signal });
  const hold = await control.hold({ at: 'before' });
  const sent = send(world.portOf('worker-1'), { body: order });
  await hold.waitFor({ count: 1, withinMs: 20_000 });
  const waiting = hold.waitFor({ count: 2, withinMs: 60_000 });
  abort.abort(new Error('the run was stopped'));
  await expect(waiting).rejects.toThrow();
  await expect(control.ledger()).rejects.toThrow('the run was stopped');
  expect(await hold.release()).toBe(1);
  expect((await sent.answer).status).toBe(201);
});

test('a refused call and a world that is gone are errors of the lab', async () => {
  const { signal } = new AbortController();
  const stranger = createWorldControl({ url: world.controlUrl, token: 'not-the-token-of-it', signal });
  await expect(stranger.ping()).rejects.toMatchObject({ name: 'LabError', code: 'E_WORLD_REFUSED' });
  await world.control.ping();
  await world[Symbol.asyncDispose]();
  await expect(world.control.ping()).rejects.toMatchObject({ name: 'LabError', code: 'E_WORLD_NO_ANSWER' });
});

test('told to stop, the world says so to who runs it', async () => {
  await world.control.stop();
  await world.stopped;
});
