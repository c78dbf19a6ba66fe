import { expect, test } from 'vitest';
import { filterLogs } from './log-panel.ts';

const logs = [
  { t: 0, level: 'warn', source: 'api-1', text: 'Slow query' },
  { t: 1, level: 'error', source: 'api-2', text: 'Lost connection' },
];

test('every word has to be there, in the line or its source', () => {
  expect(filterLogs(logs, 'SLOW api-1', 'all')).toEqual([logs[0]]);
  expect(filterLogs(logs, 'slow api-2', 'all')).toEqual([]);
  expect(filterLogs(logs, ' ', 'error')).toEqual([logs[1]]);
});
