import type { Request } from 'express';
import { expect, test } from 'vitest';
import { hashOf, keyedRequest } from './idempotency-key.ts';

function request(key: string | undefined, path = '/v2/things/1'): Request {
  return { method: 'POST', path, route: { path: '/v2/things/:id' }, get: () => key } as unknown as Request;
}

test('a key belongs to the method and the template of its route', () => {
  expect(keyedRequest(request('k-1'), {})).toMatchObject({ route: 'POST /v2/things/:id', key: 'k-1' });
});

test.each([undefined, '', 'with space', 'ü', 'x'.repeat(256)])('the key %j is refused', (key) => {
  expect(() => keyedRequest(request(key), {})).toThrow(/Send an Idempotency-Key/);
});

test('the order of fields does not matter, their values and the path do', () => {
  const hash = (input: unknown, path?: string) => keyedRequest(request('k', path), input).requestHash;
  expect(hash({ a: 1, b: { c: 2, d: [1, 2] } })).toBe(hash({ b: { d: [1, 2], c: 2 }, a: 1 }));
  expect(hash({ a: 1 })).not.toBe(hash({ a: 2 }));
  expect(hash({ a: [1, 2] })).not.toBe(hash({ a: [2, 1] }));
  expect(hash({ a: 1 })).not.toBe(hash({ a: 1 }, '/v2/things/2'));
});

test('a field without a value is a field that is not there', () => {
  expect(hashOf({ a: 1, b: undefined })).toBe(hashOf({ a: 1 }));
  expect(hashOf({ a: null })).not.toBe(hashOf({}));
});
