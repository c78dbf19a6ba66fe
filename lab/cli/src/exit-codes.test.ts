import { EnvironmentError, LabError } from '@lab/sdk';
import { expect, test } from 'vitest';
import { describeError } from './exit-codes.ts';

test('what failed first is told, not what failed while cleaning up after it', () => {
  const first = new EnvironmentError('E_PORT_TAKEN', { message: 'Port 1 is taken.' });
  const then = new LabError('E_KILL_INCOMPLETE', { message: 'A process lives on.' });
  expect(describeError(new SuppressedError(then, first))).toMatchObject({ exitCode: 69, code: 'E_PORT_TAKEN' });
  const last = new Error('and more');
  expect(describeError(new SuppressedError(last, new SuppressedError(then, first)))).toMatchObject({ exitCode: 69 });
});

test('a bug while cleaning up is not hidden by nothing', () => {
  expect(describeError(new SuppressedError(new Error('late'), undefined))).toMatchObject({
    exitCode: 70,
    message: 'late',
  });
});
