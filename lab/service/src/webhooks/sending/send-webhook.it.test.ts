import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Reception, startTestReceiver, type TestReceiver } from '../../testing/test-receiver.ts';
import { resolveHost } from './resolve-host.ts';
import { createWebhookSender, type WebhookMessage } from './send-webhook.ts';

let receiver: TestReceiver;
beforeEach(async () => {
  receiver = await startTestReceiver();
});
afterEach(() => receiver[Symbol.asyncDispose]());

const secret = randomBytes(32);
const { signal } = new AbortController();
const lenient = { allowHttp: true, allowedHosts: new Set(['127.0.0.1']) };
const strict = { allowHttp: true, allowedHosts: new Set<string>() };
const messageTo = (url: string, more: Partial<WebhookMessage> = {}): WebhookMessage => {
  return { url, id: 'event-1', body: '{"type": "order.paid"}', secrets: [secret], requestId: 'request-1', ...more };
};
const send = (more: Partial<WebhookMessage> = {}, timeoutMs = 1_000) =>
  createWebhookSender({ timeoutMs, urlRules: lenient })(messageTo(receiver.urlOf('/hook?key=1'), more), signal);
const meets = (reception: Reception) => receiver.behave('/hook?key=1', [], reception);
const isQuiet = () => expect.poll(() => receiver.waiting(), { timeout: 20_000 }).toBe(0);

test('a message arrives as it was signed, and the library of Standard Webhooks verifies it', async () => {
  expect(await send({ body: '{"title": "Ünïcode"}' })).toEqual({
    kind: 'answered',
    status: 204,
    retryAfterMs: undefined,
    excerpt: null,
  });
  const [message] = receiver.receivedAt('/hook?key=1');
  expect(message?.headers).toMatchObject({ 'content-type': 'application/json', 'x-request-id': 'request-1' });
  const headers = message?.headers as Record<string, string>;
  const library = new Webhook(`whsec_${secret.toString('base64')}`);
  expect(library.verify(message?.body ?? '', headers)).toEqual({ title: 'Ünïcode' });
});

test('each attempt carries its own time, under the same id', async () => {
  let nowMs = 1_700_000_000_999;
  const sender = createWebhookSender({ timeoutMs: 1_000, urlRules: lenient, now: () => nowMs });
  await sender(messageTo(receiver.urlOf('/hook')), signal);
  nowMs += 61_000;
  await sender(messageTo(receiver.urlOf('/hook')), signal);
  const [first, second] = receiver.receivedAt('/hook');
  expect([first?.headers['webhook-timestamp'], second?.headers['webhook-timestamp']]).toEqual([
    '1700000000',
    '1700000061',
  ]);
  expect(first?.headers['webhook-signature']).not.toBe(second?.headers['webhook-signature']);
  expect([first?.id, second?.id]).toEqual(['event-1', 'event-1']);
});

test('a redirect is an answer, and is not followed', async () => {
  meets({ kind: 'answer', status: 302, headers: { location: receiver.urlOf('/elsewhere') } });
  expect(await send()).toMatchObject({ kind: 'answered', status: 302 });
  expect(receiver.receivedAt('/elsewhere')).toEqual([]);
});

test('a refusal tells its status, its Retry-After, and how its body begins', async () => {
  meets({ kind: 'answer', status: 429, headers: { 'retry-after': '7' }, body: `\0${'x'.repeat(5_000)}` });
  const attempt = await send();
  expect(attempt).toMatchObject({ kind: 'answered', status: 429, retryAfterMs: 7_000 });
  expect(attempt.kind === 'answered' && attempt.excerpt).toBe(`\u{fffd}${'x'.repeat(1_023)}`);
});

test.each([200, 500])('an answer of %i that never ends is taken by its status, and cut', async (status) => {
  meets({ kind: 'endless', status });
  const attempt = await send({}, 60_000);
  expect(attempt).toMatchObject({ kind: 'answered', status });
  await isQuiet();
});

test.each([200, 500])('an answer of %i that breaks off is taken by its status', async (status) => {
  meets({ kind: 'truncate', status });
  expect(await send()).toMatchObject({ kind: 'answered', status, excerpt: status === 200 ? null : 'half' });
});

test('an endpoint that never answers is given up in time, and its connection is closed', async () => {
  meets({ kind: 'hang' });
  expect(await send({}, 100)).toEqual({ kind: 'unanswered', message: 'No answer within 100 ms.' });
  await isQuiet();
});

test('an endpoint that says one byte at a time is given up in time', async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}));
    const timer = setInterval(() => socket.write('H'), 20);
    socket.once('close', () => clearInterval(timer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect((await send({ url: `http://127.0.0.1:${port}/` }, 200)).kind).toBe('unanswered');
  for (const socket of sockets) socket.destroy();
  server.close();
  await once(server, 'close');
});

test('what the connection did is told by its code, without an address', async () => {
  meets({ kind: 'close' });
  expect(await send()).toEqual({ kind: 'unanswered', message: 'The endpoint could not be called: ECONNRESET.' });
  await receiver[Symbol.asyncDispose]();
  expect(await send()).toEqual({ kind: 'unanswered', message: 'The endpoint could not be called: ECONNREFUSED.' });
  receiver = await startTestReceiver();
});

test('an answer that switches protocols is none', async () => {
  meets({ kind: 'answer', status: 101, headers: { connection: 'upgrade', upgrade: 'websocket' } });
  expect((await send({}, 500)).kind).toBe('unanswered');
});

test('a signal interrupts it at once', async () => {
  meets({ kind: 'hang' });
  const stopping = new AbortController();
  const sent = createWebhookSender({ timeoutMs: 60_000, urlRules: lenient })(
    messageTo(receiver.urlOf('/hook?key=1')),
    stopping.signal,
  );
  await expect.poll(() => receiver.waiting()).toBe(1);
  stopping.abort();
  expect(await sent).toEqual({ kind: 'interrupted' });
  await isQuiet();
});

test('a message of 20 kB is not sent', async () => {
  expect(await send({ body: 'x'.repeat(20_000) })).toMatchObject({ kind: 'broken' });
  expect(receiver.receivedAt('/hook?key=1')).toEqual([]);
});

test('a name is asked for once for each attempt, and the connection goes to the address that was checked', async () => {
  const asked: string[] = [];
  const { port } = new URL(receiver.urlOf('/'));
  const sender = createWebhookSender({
    timeoutMs: 1_000,
    urlRules: strict,
    // No name server knows this name: a second question would find nothing.
    resolve: async (host) => {
      asked.push(host);
      return [{ address: '127.0.0.1', family: 4 }];
    },
    isAllowedAddress: (address) => address === '127.0.0.1',
  });
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    const sent = await sender(messageTo(`http://hooks.invalid:${port}/hook`), signal);
    expect(sent).toMatchObject({ kind: 'answered', status: 204 });
    expect(asked).toHaveLength(attempt);
  }
  expect(receiver.receivedAt('/hook')[0]?.headers.host).toBe(`hooks.invalid:${port}`);
});

test.each([
  ['a private address', ['127.0.0.1']],
  ['a private address among public ones', ['8.8.8.8', '127.0.0.1']],
  ['a private address in the form of IPv6', ['::ffff:127.0.0.1']],
])('a name that leads to %s is not called', async (_name, addresses) => {
  const { port } = new URL(receiver.urlOf('/'));
  const sender = createWebhookSender({
    timeoutMs: 1_000,
    urlRules: strict,
    resolve: async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
  });
  expect(await sender(messageTo(`http://hooks.example:${port}/hook`), signal)).toEqual({
    kind: 'unanswered',
    message: 'The endpoint does not lead to a public address.',
  });
  expect(receiver.receivedAt('/hook')).toEqual([]);
});

test('a name that led elsewhere yesterday is checked again today', async () => {
  const answers = ['127.0.0.1', '10.0.0.1'];
  const { port } = new URL(receiver.urlOf('/'));
  const sender = createWebhookSender({
    timeoutMs: 1_000,
    urlRules: strict,
    resolve: async () => [{ address: answers.shift() ?? '', family: 4 }],
    isAllowedAddress: (address) => address === '127.0.0.1',
  });
  expect(await sender(messageTo(`http://hooks.example:${port}/`), signal)).toMatchObject({ kind: 'answered' });
  expect(await sender(messageTo(`http://hooks.example:${port}/`), signal)).toMatchObject({ kind: 'unanswered' });
});

test.each(['http://127.0.0.1/', 'http://0x7f.1/', 'http://[::1]/', 'ftp://hooks.example/'])(
  '%s is not called, whatever was stored before',
  async (url) => {
    const sender = createWebhookSender({ timeoutMs: 1_000, urlRules: strict });
    expect(await sender(messageTo(url), signal)).toMatchObject({
      kind: 'unanswered',
      message: expect.stringMatching(/^The URL .* must/),
    });
  },
);

test('an address needs no name server, and a question that takes too long is cancelled', async () => {
  expect(await resolveHost('8.8.8.8', signal)).toEqual([{ address: '8.8.8.8', family: 4 }]);
  expect(await resolveHost('::1', signal)).toEqual([{ address: '::1', family: 6 }]);
  await expect(resolveHost('hooks.example', AbortSignal.abort())).rejects.toThrow('aborted');
});
