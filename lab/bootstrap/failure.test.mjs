import { expect, test } from 'vitest';
import { BootstrapFailure, explain, reasonOf } from './failure.mjs';

test.each([
  ['npm error code ENOSPC', 'the disk is full'],
  ['npm error code ENOTFOUND', 'the npm registry cannot be reached'],
  ['npm error code ECONNREFUSED', 'the npm registry does not answer'],
  ['npm error code SELF_SIGNED_CERT_IN_CHAIN', 'the certificate of the npm registry is not trusted'],
  ['npm error code EACCES', 'a file or folder cannot be written by this user'],
  ['npm error code EUSAGE', 'package-lock.json does not fit package.json'],
])('%s means that %s', (output, why) => {
  expect(reasonOf(output)?.why).toBe(why);
});

test('a failure says what happened, why, and what helps', () => {
  const failure = new BootstrapFailure({ what: 'It broke', why: 'one\ntwo', help: 'npm ci' });
  expect(explain(failure)).toBe('\nIt broke.\n  Why:   one\n         two\n  Helps: npm ci\n');
  expect(failure.exitCode).toBe(69);
});
