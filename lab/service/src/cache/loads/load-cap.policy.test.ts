import { expect, test } from 'vitest';
import { createLoadCap } from './load-cap.ts';

function held() {
  const gate = Promise.withResolvers<void>();
  return { load: () => gate.promise, end: gate.resolve, fail: () => gate.reject(new Error('load failed')) };
}

test('no more loads run at once than the cap allows, and the others follow in order', async () => {
  const cap = createLoadCap({ loadsMax: 2 });
  const begun: number[] = [];
  const loads = [0, 1, 2, 3].map(() => held());
  const runs = loads.map(({ load }, index) =>
    cap.run(() => {
      begun.push(index);
      return load();
    }),
  );
  expect([begun, cap.running()]).toEqual([[0, 1], 2]);
  loads[1]?.end();
  await expect.poll(() => begun).toEqual([0, 1, 2]);
  for (const { end } of loads) end();
  await Promise.all(runs);
  expect([begun, cap.running()]).toEqual([[0, 1, 2, 3], 0]);
});

test('a load that fails gives its place back', async () => {
  const cap = createLoadCap({ loadsMax: 1 });
  const first = held();
  const run = cap.run(first.load);
  const second = cap.run(async () => 'done');
  first.fail();
  await expect(run).rejects.toThrow('load failed');
  expect(await second).toBe('done');
  expect(cap.running()).toBe(0);
});

test('waiting has a limit, in time and in number', async () => {
  const cap = createLoadCap({ loadsMax: 1, waitingMax: 1, waitMsMax: 20 });
  const first = held();
  const run = cap.run(first.load);
  const waits = cap.run(async () => 'never');
  await expect(cap.run(async () => 'never')).rejects.toMatchObject({ code: 'OVERLOADED', retryAfterSeconds: 1 });
  await expect(waits).rejects.toMatchObject({ code: 'OVERLOADED' });
  first.end();
  await run;
  expect(cap.running()).toBe(0);
  expect(await cap.run(async () => 'free again')).toBe('free again');
});
