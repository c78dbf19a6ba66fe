import { expect, test } from 'vitest';
import { parseListening, parsePssKib, parseSegments } from './listening.ts';

test('sockets that listen are found, connected ones are not', () => {
  const text = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:12A9 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 5501 1 0 100 0 0 10 0',
    '   1: 0100007F:12A9 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 5502 1 0 20 4 30 10 -1',
    '   2: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 5503 1',
    '',
  ].join('\n');
  expect(parseListening(text)).toEqual([
    { port: 4777, inode: '5501' },
    { port: 8080, inode: '5503' },
  ]);
});

test('shared memory is known by its creator', () => {
  const text = [
    '       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime',
    '   1234567          3   600                    56  4711  4720      6   103   106   103   106 1700000000',
    '',
  ].join('\n');
  expect(parseSegments(text)).toEqual([{ id: '3', creator: 4711 }]);
});

test('memory is read from the rollup, and is none where there is no such line', () => {
  expect(parsePssKib('Rss:   90000 kB\nPss:   81234 kB\nPss_Anon:  7 kB\n')).toBe(81_234);
  expect(parsePssKib('')).toBe(0);
});
