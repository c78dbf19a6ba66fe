import { expect, test } from 'vitest';
import { loginView, notLetIn } from './login.ts';
import type { Operation } from './operation.ts';

function login(key: string, change: Partial<Operation> = {}): Operation {
  const times = { startMs: 0, endMs: 5 };
  const answer = { value: 1, outcome: 'ok', status: 200 } as const;
  return { id: 1, client: key, kind: 'read', view: loginView, replica: 'api-1', key, ...times, ...answer, ...change };
}

test('who was let in by one replica at last is in', () => {
  const refused = login('ada', { outcome: 'unknown', status: 500, value: null });
  expect([...notLetIn([refused, login('ada')])]).toEqual([]);
});

test('who was let in by none is named, with all that was asked', () => {
  const refused = ['api-1', 'api-2'] as const;
  const asked = refused.map((replica) => login('ada', { replica, outcome: 'fail', status: 401, value: null }));
  expect([...notLetIn([login('bob'), ...asked])]).toEqual([['ada', asked]]);
});

test('an answer without a token lets nobody in', () => {
  expect([...notLetIn([login('ada', { value: null })]).keys()]).toEqual(['ada']);
});

test('a page that was not answered is no login', () => {
  expect([...notLetIn([login('book-1', { view: 'detail', outcome: 'unknown', value: null })])]).toEqual([]);
});
