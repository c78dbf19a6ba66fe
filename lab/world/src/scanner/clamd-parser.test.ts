import { expect, test } from 'vitest';
import { type ClamdEvent, createClamdParser } from './clamd-parser.ts';

function parse(...pieces: readonly Uint8Array[]): ClamdEvent[] {
  const parser = createClamdParser();
  return pieces.flatMap((piece) => parser.push(piece));
}

const chunk = (text: string) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, Buffer.from(text)]);
};
const textOf = (events: readonly ClamdEvent[]) =>
  Buffer.concat(events.flatMap((event) => (event.kind === 'bytes' ? [event.bytes] : []))).toString();

test.each([
  ['zPING\0', 'PING', '\0'],
  ['nPING\n', 'PING', '\n'],
  ['PING\n', 'PING', '\n'],
  ['zVERSION\0', 'VERSION', '\0'],
])('%j is a command, whose reply ends as it does', (sent, name, end) => {
  expect(parse(Buffer.from(sent))).toEqual([{ kind: 'command', name, end }]);
});

test('a stream is the same, however its bytes are cut', () => {
  const sent = Buffer.concat([Buffer.from('zINSTREAM\0'), chunk('hello '), chunk('world'), Buffer.alloc(4)]);
  for (const size of [1, 2, 3, 7, sent.length]) {
    const pieces = Array.from({ length: Math.ceil(sent.length / size) }, (_, index) =>
      sent.subarray(index * size, (index + 1) * size),
    );
    const events = parse(...pieces);
    expect(events[0]).toEqual({ kind: 'command', name: 'INSTREAM', end: '\0' });
    expect(events.at(-1)).toEqual({ kind: 'end-of-stream' });
    expect(textOf(events)).toBe('hello world');
  }
});

test('a large chunk is handed on as it comes, and not kept', () => {
  const parser = createClamdParser();
  parser.push(Buffer.from('nINSTREAM\n'));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(4_000_000_000);
  expect(parser.push(Buffer.concat([length, Buffer.alloc(10)]))).toMatchObject([{ kind: 'bytes' }]);
  expect(parser.push(Buffer.alloc(10))).toMatchObject([{ kind: 'bytes', bytes: Buffer.alloc(10) }]);
});

test('a command without an end is unreadable', () => {
  expect(parse(Buffer.from('z'.repeat(200)))).toEqual([{ kind: 'unreadable' }]);
});
