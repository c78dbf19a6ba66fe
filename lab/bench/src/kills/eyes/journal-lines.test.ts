import { expect, test } from 'vitest';
import { parseJournal } from './journal-lines.ts';

test('a journal is read, also one that a crash has cut short', () => {
  const lines = [
    { event: 'lab', run: 'r', pid: 1, startTime: '10', boot: 'b' },
    { event: 'temporary', path: '/runs/r/parts' },
    { event: 'guardian', pid: 2, startTime: '20' },
    { event: 'started', part: 'postgres', pid: 3, startTime: '30', group: 3 },
    { event: 'started', part: 'postgres', pid: 4, startTime: '40', group: 4 },
    { event: 'ended', part: 'postgres', pid: 3, startTime: '30', group: 3 },
  ];
  const text = `${lines.map((line) => `${JSON.stringify(line)}\n`).join('')}{"event":"started","part":"ap`;
  expect(parseJournal(text)).toEqual({
    started: [
      { part: 'postgres', pid: 3, startTime: '30' },
      { part: 'postgres', pid: 4, startTime: '40' },
    ],
    guardians: [{ pid: 2, startTime: '20' }],
    temporary: ['/runs/r/parts'],
  });
  expect(parseJournal('')).toEqual({ started: [], guardians: [], temporary: [] });
});
