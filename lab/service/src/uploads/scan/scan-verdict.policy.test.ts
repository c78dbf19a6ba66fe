import { expect, test } from 'vitest';
import { parseScanReply } from './scan-verdict.ts';

test('clean is one exact sentence', () => {
  expect(parseScanReply('stream: OK')).toEqual({ kind: 'clean' });
});

test.each([
  '',
  'OK',
  'stream: ok',
  'stream: OK ',
  'stream: OK\nstream: Eicar FOUND',
  'fd[10]: OK',
  'PONG',
  'UNKNOWN COMMAND',
  'stream: Can’t allocate memory ERROR',
  'INSTREAM: Read timeout ERROR',
])('%j is not clean', (reply) => {
  expect(parseScanReply(reply).kind).toBe('none');
});

test('a signature is a find', () => {
  expect(parseScanReply('stream: Win.Test.EICAR_HDB-1 FOUND')).toEqual({
    kind: 'infected',
    signature: 'Win.Test.EICAR_HDB-1',
  });
});

test.each(['INSTREAM size limit exceeded. ERROR', 'stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND'])(
  'what was not read to its end is neither clean nor infected: %s',
  (reply) => {
    expect(parseScanReply(reply)).toEqual({ kind: 'over-limit' });
  },
);
