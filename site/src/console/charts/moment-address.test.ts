import { expect, test } from 'vitest';
import { atMoment, momentIn } from './moment-address.ts';

test('an address names a moment to the millisecond, beside what else it names', () => {
  expect(atMoment('/console/replay/?run=x#t=1', 12_400)).toBe('/console/replay/?run=x#t=12.4');
  expect(atMoment('/console/replay/?run=x#stale-reads', null)).toBe('/console/replay/?run=x');
  for (const ms of [0, 1, 999, 12_400, 3_600_000]) {
    expect(momentIn(atMoment('/x', ms).slice('/x'.length))).toBe(ms);
  }
});

test.each([
  '',
  '#',
  '#t=',
  '#t=-1',
  '#t=1e3',
  '#t=Infinity',
  '#t=0x10',
  '#t=12.4567',
  '#t=99999',
  '#stale-reads',
  '#t= 1',
])('the fragment %j names none', (hash) => {
  expect(momentIn(hash)).toBeNull();
});
