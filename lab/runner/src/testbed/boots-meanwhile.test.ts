import type { ReplicaName } from '@lab/sdk';
import { expect, test } from 'vitest';
import { bootMeanwhile } from './boots-meanwhile.ts';

const workers: readonly ReplicaName[] = ['worker-1', 'worker-2', 'worker-3'];

/** Boots end when the test says so, with its answer. */
function fakeSet() {
  const calls: string[] = [];
  const up = new Set<ReplicaName>(workers);
  const boots: { name: ReplicaName; finish(answer: boolean | Error): void }[] = [];
  const meanwhile = bootMeanwhile({
    running: () => [...up].map((name) => ({ name, url: null, internalUrl: '', pid: 1 })),
    start: (name) =>
      new Promise((resolve, reject) => {
        calls.push(`start ${name}`);
        const finish = (answer: boolean | Error): void => {
          if (answer === true) up.add(name);
          if (answer instanceof Error) reject(answer);
          else resolve(answer);
        };
        boots.push({ name, finish });
      }),
    stopAll: async () => void calls.push('stop all'),
  });
  const set = {
    ...meanwhile,
    kill: async (name: ReplicaName): Promise<void> => {
      await meanwhile.canBeSpared(name);
      calls.push(`kill ${name}`);
      up.delete(name);
    },
  };
  const done: string[] = [];
  const startMeanwhile = (name: ReplicaName): void =>
    set.startMeanwhile(name, (isUp) => void done.push(`${name} ${isUp ? 'up' : 'down'}`));
  return { set, startMeanwhile, calls, boots, done };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

test('another is killed while one boots, as long as a third is there to take over', async () => {
  const { set, startMeanwhile, calls } = fakeSet();
  await set.kill('worker-1');
  startMeanwhile('worker-1');
  await set.kill('worker-2');
  expect(calls).toEqual(['kill worker-1', 'start worker-1', 'kill worker-2']);
});

test('the last of its kind is killed only when another has booted', async () => {
  const { set, startMeanwhile, calls, boots } = fakeSet();
  for (const name of ['worker-1', 'worker-2'] as const) {
    await set.kill(name);
    startMeanwhile(name);
  }
  const killed = set.kill('worker-3');
  await settled();
  expect(calls.at(-1)).toBe('start worker-2');
  boots[1]?.finish(true);
  await killed;
  expect(calls.at(-1)).toBe('kill worker-3');
});

test('where nothing boots, the last one may go', async () => {
  const { set, calls } = fakeSet();
  for (const name of workers) await set.kill(name);
  expect(calls).toEqual(['kill worker-1', 'kill worker-2', 'kill worker-3']);
});

test('one that boots is not touched before it is up', async () => {
  const { set, startMeanwhile, calls, boots } = fakeSet();
  await set.kill('worker-1');
  startMeanwhile('worker-1');
  const again = set.kill('worker-1');
  await settled();
  expect(calls).toEqual(['kill worker-1', 'start worker-1']);
  boots[0]?.finish(true);
  await again;
  expect(calls.at(-1)).toBe('kill worker-1');
});

test('one that does not come up is tried once more, and then told to be down', async () => {
  const { set, startMeanwhile, boots, done, calls } = fakeSet();
  await set.kill('worker-1');
  startMeanwhile('worker-1');
  startMeanwhile('worker-1');
  boots[0]?.finish(false);
  await settled();
  boots[1]?.finish(false);
  await set.bootsDone();
  expect(done).toEqual(['worker-1 down']);
  expect(calls.filter((call) => call.startsWith('start'))).toHaveLength(2);
});

test('what the lab could not do is thrown where somebody waits, and once', async () => {
  const { set, startMeanwhile, boots } = fakeSet();
  await set.kill('worker-1');
  startMeanwhile('worker-1');
  boots[0]?.finish(new Error('no port left'));
  await expect(set.bootsDone()).rejects.toThrow('no port left');
  await set.bootsDone();
});

test('all are stopped when none boots any more', async () => {
  const { set, startMeanwhile, boots, calls } = fakeSet();
  await set.kill('worker-1');
  startMeanwhile('worker-1');
  const stopped = set.stopAll();
  await settled();
  expect(calls.at(-1)).toBe('start worker-1');
  boots[0]?.finish(true);
  await stopped;
  expect(calls.at(-1)).toBe('stop all');
});

test('whether one runs is decided when one does, or when none boots any more', async () => {
  const { set, startMeanwhile, boots } = fakeSet();
  expect(await set.someRuns('worker')).toBe(true);
  expect(await set.someRuns('api')).toBe(false);
  for (const name of workers) await set.kill(name);
  expect(await set.someRuns('worker')).toBe(false);
  startMeanwhile('worker-1');
  const found = set.someRuns('worker');
  boots[0]?.finish(false);
  await settled();
  boots[1]?.finish(false);
  expect(await found).toBe(false);
});
