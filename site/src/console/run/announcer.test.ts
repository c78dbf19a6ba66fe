import { expect, test } from 'vitest';
import { createAnnouncer } from './announcer.ts';

test('what comes within five seconds waits, and the newest of it is said', () => {
  let now = 0;
  const said: string[] = [];
  const announcer = createAnnouncer(
    (text) => said.push(text),
    () => now,
  );
  for (const text of ['a', 'b', 'c']) announcer.say(text);
  expect(said).toEqual(['a']);
  now = 4_999;
  announcer.tend();
  expect(said).toEqual(['a']);
  now = 5_000;
  announcer.tend();
  announcer.tend();
  expect(said).toEqual(['a', 'c']);
});
