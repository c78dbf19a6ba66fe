import { expect, test } from 'vitest';
import { urlProblem } from './endpoint-url.ts';

const strict = { allowHttp: false, allowedHosts: new Set<string>() };

test.each(['https://hooks.example.com/shelfwise?key=1', 'https://hooks.example.com:8443', 'https://8.8.8.8/'])(
  '%s is accepted',
  (url) => {
    expect(urlProblem(url, strict)).toBeUndefined();
  },
);

test.each([
  ['', 'must be an https URL'],
  ['hooks.example.com', 'must be an https URL'],
  ['ftp://hooks.example.com/', 'must be an https URL'],
  ['http://hooks.example.com/', 'must be an https URL'],
  ['https://user:password@hooks.example.com/', 'must not contain a user or a password'],
  ['https://hooks.example.com/#part', 'must not contain a fragment'],
  ['https://127.0.0.1/', 'must lead to a public address'],
  ['https://2130706433/', 'must lead to a public address'],
  ['https://0x7f.1/', 'must lead to a public address'],
  ['https://[::1]/', 'must lead to a public address'],
  ['https://[::ffff:10.0.0.1]/', 'must lead to a public address'],
  ['https://169.254.169.254/latest/meta-data/', 'must lead to a public address'],
])('%s is refused: it %s', (url, problem) => {
  expect(urlProblem(url, strict)).toBe(problem);
});

test('an operator may allow http, and hosts of his own', () => {
  const lenient = { allowHttp: true, allowedHosts: new Set(['127.0.0.1', '::1']) };
  expect(urlProblem('http://127.0.0.1:4000/', lenient)).toBeUndefined();
  expect(urlProblem('http://[::1]:4000/', lenient)).toBeUndefined();
  expect(urlProblem('http://127.0.0.2:4000/', lenient)).toBe('must lead to a public address');
});
