import { expect, test } from 'vitest';
import { siteFacts } from '../testing/site-facts.ts';
import { excerptPieces } from './excerpt.ts';
import { findEntries } from './find-entries.ts';
import { searchEntries } from './search-entries.ts';

const entries = searchEntries(siteFacts, [{ id: 'fault', word: 'fault', means: 'A disturbance with an undo.' }]);
const found = (typed: string) => findEntries(entries, typed, 5).map(({ id }) => id);

test('every kind of thing with an id is found by it', () => {
  for (const { id } of entries) expect(found(id)[0]).toBe(id);
  expect(new Set(entries.map(({ kind }) => kind)).size).toBe(8);
});

test('an id is found in a line of a log', () => {
  expect(found('12:00 error E_PORT: Port 4777 is taken (one-thing/no-harm)').toSorted()).toEqual([
    'E_PORT',
    'one-thing/no-harm',
  ]);
});

test('the beginning of an id, the second half of a check, and words of a title are enough', () => {
  expect(found('harm_')).toEqual(['HARM_DONE']);
  expect(found('no-ha')).toEqual(['one-thing/no-harm']);
  expect(found('link is down')).toEqual(['link-down']);
  expect(found('x')).toEqual([]);
  expect(found('nothing of the sort')).toEqual([]);
});

test('an excerpt is text, whatever stands in it', () => {
  expect(excerptPieces('a &lt;b&gt; <mark>lease</mark> &amp; more')).toEqual([
    { text: 'a <b> ', isFound: false },
    { text: 'lease', isFound: true },
    { text: ' & more', isFound: false },
  ]);
});
