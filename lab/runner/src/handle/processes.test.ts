import type { TimelineEvent } from '@lab/sdk';
import { expect, test } from 'vitest';
import { createProcesses } from './processes.ts';

function fakeTestbed(comesUp: () => boolean = () => true) {
  const calls: string[] = [];
  const events: string[] = [];
  const processes = createProcesses({
    testbed: {
      killReplica: async (name) => void calls.push(`kill ${name}`),
      startReplica: async (name, clockAheadMs) => {
        calls.push(clockAheadMs === 0 ? `start ${name}` : `start ${name} ${clockAheadMs}`);
        return comesUp();
      },
      startReplicaMeanwhile: (name, onDone) => {
        calls.push(`start ${name} meanwhile`);
        onDone(comesUp());
      },
      someRuns: async () => true,
      canBeSpared: async () => undefined,
      endReplica: async (name, graceMs) => {
        calls.push(`end ${name} ${graceMs}`);
        return { exitCode: 0, tookMs: 12, killed: false };
      },
      pauseReplica: async (name) => void calls.push(`pause ${name}`),
      resumeReplica: async (name) => void calls.push(`resume ${name}`),
    },
    onEvent: ({ name, state, detail }: Omit<TimelineEvent, 'atMs'>) =>
      void events.push(`${name} ${state} ${detail?.['replica']}`),
  });
  return { processes, calls, events };
}

test('what is down at the end is brought back, once', async () => {
  const { processes, calls, events } = fakeTestbed();
  await processes.kill('worker-1');
  await processes.stop('worker-2', 500);
  await processes.start('worker-1');
  await processes.restore();
  await processes.restore();
  expect(calls).toEqual(['kill worker-1', 'end worker-2 500', 'start worker-1', 'start worker-2']);
  expect(events).toEqual([
    'process-down on worker-1',
    'process-down on worker-2',
    'process-down off worker-1',
    'process-down off worker-2',
  ]);
});

test('one that does not come up is told, and tried again at the end', async () => {
  const answers = [false, true];
  const { processes, events } = fakeTestbed(() => answers.shift() ?? true);
  await processes.kill('worker-1');
  expect(await processes.start('worker-1')).toBe(false);
  await processes.restore();
  expect(events).toEqual(['process-down on worker-1', 'process-down stays worker-1', 'process-down off worker-1']);
});

test('what is frozen goes on when it is released or at the end, and not after it was killed', async () => {
  const { processes, calls } = fakeTestbed();
  const first = await processes.pause('worker-1');
  await first.release();
  await first.release();
  await processes.pause('worker-2');
  const third = await processes.pause('api-1');
  await processes.kill('api-1');
  await third.release();
  await processes.restore();
  expect(calls).toEqual([
    'pause worker-1',
    'resume worker-1',
    'pause worker-2',
    'pause api-1',
    'kill api-1',
    'resume worker-2',
    'start api-1',
  ]);
});

test('one whose clock is wrong is brought back with the right time', async () => {
  const { processes, calls, events } = fakeTestbed();
  await processes.kill('api-1');
  await processes.start('api-1', { clockAheadMs: 5_000 });
  await processes.restore();
  await processes.restore();
  expect(calls).toEqual(['kill api-1', 'start api-1 5000', 'kill api-1', 'start api-1']);
  expect(events.at(-1)).toBe('process-down off api-1');
});

test('one that boots meanwhile is not brought back at the end, and told when it is up', async () => {
  const { processes, calls, events } = fakeTestbed();
  await processes.kill('worker-1');
  processes.startMeanwhile('worker-1');
  await processes.restore();
  expect(calls).toEqual(['kill worker-1', 'start worker-1 meanwhile']);
  expect(events).toEqual(['process-down on worker-1', 'process-down off worker-1']);
});
