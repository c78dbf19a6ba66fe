import { expect, test } from 'vitest';
import { createEventParser } from './parse-events.ts';

const text =
  'retry: 1000\n\n:\n\nid: r:1\nevent: tick\ndata: {"a":1}\n\nid: r:2\nevent: log\ndata: two\ndata: lines\n\n';
const whole = [
  { id: 'r:1', event: 'tick', data: '{"a":1}' },
  { id: 'r:2', event: 'log', data: 'two\nlines' },
];

test('events are the same however the text is cut', () => {
  for (let size = 1; size <= text.length; size += 1) {
    const parser = createEventParser();
    const events = [];
    for (let at = 0; at < text.length; at += size) events.push(...parser.take(text.slice(at, at + size)));
    expect(events).toEqual(whole);
  }
});

test.each(['\r\n', '\r'])('lines may end in %j', (end) => {
  const parser = createEventParser();
  const events = [...text.replaceAll('\n', end)].flatMap((character) => parser.take(character));
  // The last end of a line may still be half of one.
  expect([...events, ...parser.take('\n')]).toEqual(whole);
});

test('a comment and a wait make no event, and an event that is cut off makes none', () => {
  expect(createEventParser().take(':\n\nretry: 5\n\nid: r:3\nevent: tick\ndata: {}\n')).toEqual([]);
});

test('an id is not carried over to the next event', () => {
  expect(
    createEventParser()
      .take('id: r:1\ndata: a\n\ndata: b\n\n')
      .map(({ id }) => id),
  ).toEqual(['r:1', null]);
});

test('a line without an end is refused', () => {
  const parser = createEventParser();
  expect(() => parser.take('x'.repeat(2_000_000))).toThrow(/without an end/);
});
