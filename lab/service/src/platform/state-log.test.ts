import { expect, test } from 'vitest';
import { type LogLine, recordingLog } from '../testing/recording-log.ts';
import { createStateLog } from './state-log.ts';

test('only changes of state are logged, and working from the start is none', () => {
  const logs: LogLine[] = [];
  const state = createStateLog(recordingLog(logs), 'the pump');
  const error = new Error('dry');
  for (const step of ['works', 'works', 'fails', 'fails', 'works', 'works', 'fails'] as const) state[step](error);
  expect(logs.map(({ level, message }) => `${level}: ${message}`)).toEqual([
    'error: the pump fails',
    'info: the pump works again',
    'error: the pump fails',
  ]);
});
