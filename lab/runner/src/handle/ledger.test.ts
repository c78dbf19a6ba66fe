import { expect, test } from 'vitest';
import { outcomeOf } from './ledger.ts';

test.each([200, 201, 204, 299, 304])('status %i is ok', (status) => {
  expect(outcomeOf({ status, refused: false })).toBe('ok');
});

test.each([400, 401, 404, 409, 412, 422, 429, 499])('status %i is a failure: nothing was changed', (status) => {
  expect(outcomeOf({ status, refused: false })).toBe('fail');
});

test.each([500, 502, 503, 504])('after status %i nobody knows', (status) => {
  expect(outcomeOf({ status, refused: false })).toBe('unknown');
});

test('after a request time-out (408) nobody knows: the server may have begun', () => {
  expect(outcomeOf({ status: 408, refused: false })).toBe('unknown');
});

test('an answer that points elsewhere leaves it open', () => {
  expect(outcomeOf({ status: 302, refused: false })).toBe('unknown');
});

test('a refused connection is a failure; a lost one leaves it open', () => {
  expect(outcomeOf({ status: 0, refused: true })).toBe('fail');
  expect(outcomeOf({ status: 0, refused: false })).toBe('unknown');
});
