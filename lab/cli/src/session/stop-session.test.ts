import { expect, test } from 'vitest';
import { assertGone } from './stop-session.ts';

test('a stop that left nothing says nothing', () => {
  expect(() => assertGone([])).not.toThrow();
});

test.each([
  [[4711, 4712, '/run/lab/pg'], 'live on: 4711, 4712', 'kill -9 4711 4712'],
  [['/dev/shm/lab 1', '/x'], 'cannot be removed: /dev/shm/lab 1, /x', "rm -rf '/dev/shm/lab 1' '/x'"],
])('what a stop could not end or remove is an error: %j', (left, message, hint) => {
  expect(() => assertGone(left)).toThrow(expect.objectContaining({ code: 'E_STOP_INCOMPLETE', hint }));
  expect(() => assertGone(left)).toThrow(message);
});
