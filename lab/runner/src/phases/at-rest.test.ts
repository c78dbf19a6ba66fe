import type { Finding } from '@lab/sdk';
import { expect, test } from 'vitest';
import { mayBeTheMachine } from './at-rest.ts';

function failure(code: string): Finding {
  const nothing = { text: '' };
  return { code, severity: 'failure', message: code, measured: nothing, expected: nothing, atMs: null, refs: {} };
}

test.each([
  ['nothing failed', [], false],
  ['the load was answered too slowly', ['LOAD_STALLED'], true],
  ['the database was asked for too much', ['DATABASE_BUDGET_EXCEEDED'], true],
  ['it was slow, and a replica died', ['LOAD_STALLED', 'REPLICA_DIED'], false],
  ['requests failed', ['ERRORS_AT_REST'], false],
])('what is measured again at rest: %s', (_circumstance, codes, expected) => {
  expect(mayBeTheMachine(codes.map(failure))).toBe(expected);
});
