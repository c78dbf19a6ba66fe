import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { signatureOf } from './signature.ts';

const [current, previous] = [randomBytes(32), randomBytes(24)];
const body = '{"type": "order.paid", "data": {"title": "Ünïcode – “quoted”"}}';
const libraryOf = (secret: Buffer) => new Webhook(`whsec_${secret.toString('base64')}`);

function headersOf(secrets: readonly Buffer[], timestampSeconds = Math.floor(Date.now() / 1_000)) {
  return {
    'webhook-id': 'message',
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': signatureOf({ id: 'message', timestampSeconds, body }, secrets),
  };
}

test('the library of Standard Webhooks verifies what we sign', () => {
  expect(libraryOf(current).verify(body, headersOf([current]))).toEqual(JSON.parse(body));
});

test('while a secret changes, both the new and the old one verify', () => {
  const headers = headersOf([current, previous]);
  expect(headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
  for (const secret of [current, previous]) expect(libraryOf(secret).verify(body, headers)).toEqual(JSON.parse(body));
});

test('another secret, another body, another id or an old time is refused', () => {
  const headers = headersOf([current]);
  expect(() => libraryOf(previous).verify(body, headers)).toThrow('No matching signature');
  expect(() => libraryOf(current).verify(`${body} `, headers)).toThrow('No matching signature');
  expect(() => libraryOf(current).verify(body, { ...headers, 'webhook-id': 'other' })).toThrow('No matching signature');
  expect(() => libraryOf(current).verify(body, headersOf([current], 1_700_000_000))).toThrow('too old');
});
