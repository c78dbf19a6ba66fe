import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openEventLog } from './event-log.ts';

test.runIf(existsSync('/dev/full'))('a full disk costs the file its events, and those who listen none', () => {
  using log = openEventLog({ file: '/dev/full', run: 'run-1', startedWallMs: 0 });
  const heard: number[] = [];
  log.subscribe(({ seq }) => heard.push(seq));
  log.append('tick', {});
  log.append('tick', {});
  expect(heard).toEqual([1, 2]);
});
