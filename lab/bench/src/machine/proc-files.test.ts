import { expect, test } from 'vitest';
import { parseListeners, parsePssKib, parseSegments, parseStat } from './proc-files.ts';

test('a process whose name holds spaces and parentheses is read', () => {
  const fields = ['S', '41', '4242', '4242', '0', ...Array.from({ length: 14 }, () => '7'), '987654', '1'];
  expect(parseStat(`4242 (a) b (c) ${fields.join(' ')}`)).toEqual({
    pid: 4242,
    parent: 41,
    name: 'a) b (c',
    state: 'S',
    startTime: '987654',
  });
  expect(parseStat('')).toBeNull();
});

test('sockets that listen are read, of both address families', () => {
  const four = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:12A9 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 5550 1 0 100 0 0 10 0
   1: 0100007F:4E20 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 5551 1 0 100 0 0 10 0
`;
  const six = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 77 1 0 100 0 0 10 0
`;
  expect([...parseListeners(four), ...parseListeners(six)]).toEqual([
    { port: 4777, inode: '5550' },
    { port: 80, inode: '77' },
  ]);
});

test('shared memory segments are read with their creators', () => {
  const text = `       key      shmid perms                  size  cpid  lpid nattch   uid   gid
  10290470     327720   600                    56 20991  6340      7   101   104
`;
  expect(parseSegments(text)).toEqual([{ id: '327720', creator: 20_991 }]);
  expect(parseSegments('       key      shmid perms\n')).toEqual([]);
});

test('memory is read from the rollup, and is none where there is no such line', () => {
  expect(parsePssKib('Rss:   90000 kB\nPss:   81234 kB\nPss_Anon:  7 kB\n')).toBe(81_234);
  expect(parsePssKib('')).toBe(0);
});
