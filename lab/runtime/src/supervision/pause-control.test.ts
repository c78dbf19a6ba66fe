import { expect, test } from 'vitest';
import { createPauseControl } from './pause-control.ts';
import type { ProcessInfo } from './process-table.ts';

/** Above the highest process id that a system gives away: signals to it reach nobody. */
const GROUP = 2 ** 30;
const leader = { pid: GROUP, parent: 1, group: GROUP, startTime: '1', state: 'T' };

const controlOf = (find: () => readonly ProcessInfo[]) =>
  createPauseControl({ part: 'sample', group: GROUP, find, limitMs: 20 });

test('a part whose leader is gone cannot be paused', async () => {
  const child = { ...leader, pid: GROUP + 1 };
  await expect(controlOf(() => [child]).pause()).rejects.toMatchObject({ code: 'E_PART_ENDED' });
});

test('a process that runs on is named', async () => {
  const child = { ...leader, pid: GROUP + 1, state: 'R' };
  await expect(controlOf(() => [leader, child]).pause()).rejects.toMatchObject({
    code: 'E_PAUSE_INCOMPLETE',
    message: `Processes of sample run on 20 ms after SIGSTOP: ${GROUP + 1}.`,
  });
});

test('a process inside the kernel stands still once it was asked to', async () => {
  let looks = 0;
  const waiting = { ...leader, pid: GROUP + 1, state: 'D' };
  await controlOf(() => {
    looks += 1;
    return [leader, waiting];
  }).pause();
  expect(looks).toBe(2);
});

test('a pause that waits is ended by a resume', async () => {
  const control = controlOf(() => [{ ...leader, state: 'R' }]);
  const pausing = control.pause();
  await control.resume();
  await pausing;
});
