import { expect, test } from 'vitest';
import { combineEffects } from './combine-effects.ts';

const on = { seen: true, measured: 'refused' };
const off = { seen: false, measured: 'answered' };
const places = (...effects: (typeof on)[]) => effects.map((effect, index) => ({ place: `api-${index + 1}`, effect }));

test('a fault in one place is what is seen there', () => {
  expect(combineEffects(places(on))).toEqual({ seen: true, isPartial: false, measured: 'refused' });
});

test('it is on when it is seen in all places', () => {
  expect(combineEffects(places(on, on))).toMatchObject({ seen: true, isPartial: false });
});

test('it is gone when it is seen in none', () => {
  const gone = { seen: false, isPartial: false, measured: 'on 0 of 2 links; api-1: answered' };
  expect(combineEffects(places(off, off))).toEqual(gone);
});

test('seen in some it is neither, and one of those is named', () => {
  const partial = { seen: false, isPartial: true, measured: 'on 1 of 2 links; api-2: refused' };
  expect(combineEffects(places(off, on))).toEqual(partial);
});

test('without a place it is not on', () => {
  expect(combineEffects([])).toEqual({ seen: false, isPartial: false, measured: 'nothing to look at' });
});
