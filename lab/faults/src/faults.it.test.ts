import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ActiveFaults, createActiveFaults } from './active-faults.ts';
import { faultCatalogue } from './catalogue.ts';
import type { FaultChange } from './fault-records.ts';
import type { FaultGround } from './ground.ts';
import { observe } from './observe/observe.ts';
import { hello, observeLong } from './observe/talks.ts';
import { probeCharge } from './payment/probe-charge.ts';
import { look } from './postgres/lab-session.ts';
import { withStore } from './redis/store.ts';
import { type FaultRig, startFaultRig } from './testing/fault-rig.ts';

let rig: FaultRig;
let faults: ActiveFaults;
let changes: FaultChange[];

beforeAll(async () => {
  rig = await startFaultRig();
  changes = [];
  faults = createActiveFaults({ ground: rig.testbed, onChange: (change) => changes.push(change) });
});
afterEach(async () => {
  await faults.endAll('the test is over');
});
afterAll(async () => {
  faults[Symbol.dispose]();
  await rig[Symbol.asyncDispose]();
});

const anySignal = { limitMs: 1_000, signal: new AbortController().signal };
/** Those that have long answers, and one that has none. */
const talkative = ['postgres', 'redis-cache', 'redis-queue', 'redis-limits', 's3', 'payment'];
const dependencies = [...talkative, 'scanner'];
const killable = ['redis-cache', 'redis-queue', 'redis-limits', 's3'];

/** What each lasting fault is tried on, and with which values other than the usual. */
const tried: readonly (readonly [id: string, targets: readonly string[], set?: Record<string, string>])[] = [
  ['link-latency', [...dependencies.map((name) => `all:${name}`), 'worker-1:redis-queue']],
  ['link-latency', ['api-1:redis-cache'], { latencyMs: '10' }],
  ['link-latency', ['api-1:redis-cache'], { latencyMs: '60000' }],
  ['link-bandwidth', talkative.map((name) => `all:${name}`)],
  ['link-bandwidth', talkative.map((name) => `api-1:${name}`), { kilobytesPerSecond: '500' }],
  ['link-slow-close', dependencies.map((name) => `all:${name}`)],
  ['link-slow-close', ['api-1:redis-cache'], { delayMs: '60000' }],
  ['link-timeout', dependencies.map((name) => `all:${name}`)],
  ['link-timeout', ['api-1:redis-cache'], { lost: 'answers' }],
  ['link-timeout', ['api-1:redis-cache'], { closeAfterMs: '100' }],
  ['link-reset-peer', dependencies.map((name) => `all:${name}`)],
  ['link-slicer', talkative.map((name) => `all:${name}`)],
  ['link-limit-data', talkative.map((name) => `all:${name}`)],
  ['link-limit-data', ['api-1:postgres'], { limitBytes: '100' }],
  ['link-down', dependencies.map((name) => `all:${name}`)],
  ['process-kill', ['api-1', 'worker-1', ...killable]],
  ['process-pause', ['api-1', 'worker-1', ...killable, 'postgres', 'payment', 'scanner', 'receiver']],
  ['event-loop-block', ['api-1', 'worker-1']],
  ['cpu-starvation', ['machine'], { busyProcesses: '2' }],
  ['postgres-row-lock', ['postgres']],
  ['postgres-row-lock', ['postgres'], { rows: '500' }],
  ['postgres-table-lock', ['postgres']],
  ['postgres-table-lock', ['postgres'], { mode: 'share' }],
  ['postgres-long-transaction', ['postgres']],
  ['postgres-exhaust-connections', ['postgres']],
  ['postgres-exhaust-connections', ['postgres'], { leftFree: '2' }],
  ['redis-pause', ['redis-cache', 'redis-queue', 'redis-limits'], { commands: 'writes' }],
  ['payment-latency', ['all', 'worker-1'], { latencyMs: '300' }],
  ['payment-errors', ['all', 'worker-1']],
  ['payment-decline', ['all', 'worker-1']],
  ['payment-lose-replies', ['all', 'worker-1']],
  ['payment-hang', ['all', 'worker-1']],
  ['scanner-latency', ['all', 'worker-1'], { latencyMs: '300' }],
  ['scanner-silent', ['all', 'worker-1']],
  ['receiver-latency', ['all'], { latencyMs: '300' }],
  ['receiver-errors', ['all']],
  ['receiver-silent', ['all']],
];

const cases = tried.flatMap(([id, targets, set = {}]) =>
  targets.map((target) => ({ id, target, set, how: Object.entries(set).flat().join(' ') })),
);

test.each(cases)('$id on $target $how is seen, and gone when it is over', async ({ id, target, set }) => {
  await faults.on({ id, target, set });
  expect(faults.list()).toMatchObject([{ id, target, state: 'on' }]);
  const ended = await faults.off({ id });
  expect(ended).toMatchObject([{ id, target, state: 'off' }]);
  expect(faults.list()).toEqual([]);
});

const oneShots = [
  ...['api-1', 'worker-1', ...killable].map((target) => ({ id: 'process-restart', target })),
  ...['api-1', 'all'].map((target) => ({ id: 'postgres-terminate-sessions', target })),
  ...['redis-flush', 'redis-expire-all', 'redis-restart-empty'].flatMap((id) =>
    ['redis-cache', 'redis-queue', 'redis-limits'].map((target) => ({ id, target })),
  ),
];

test.each(oneShots)('$id of $target happens once, and is seen', async ({ id, target }) => {
  // After a restart a replica has sessions only once it was ready.
  await everyReplicaIsReady();
  const started = await faults.on({ id, target });
  expect(started).toMatchObject({ id, target, forMs: null });
  expect(changes.slice(-2)).toMatchObject([{ state: 'on' }, { state: 'off' }]);
  expect(faults.list()).toEqual([]);
});

test('every fault of the catalogue is tried here, but the one that cannot be had', () => {
  const ids = new Set([...cases, ...oneShots].map(({ id }) => id));
  expect(faultCatalogue.map(({ id }) => id).filter((id) => !ids.has(id))).toEqual(['disk-full']);
});

describe('only its target', () => {
  test('has its link disturbed', async () => {
    const other = rig.testbed.proxyOf('api-2', 'redis-cache');
    if (other === undefined) throw new Error('api-2 has no link to the cache.');
    await faults.on({ id: 'link-down', target: 'api-1:redis-cache' });
    expect(await observe(other, hello['redis-cache'], anySignal)).toMatchObject({ outcome: 'answered' });
  });

  test('meets a provider that declines', async () => {
    await faults.on({ id: 'payment-decline', target: 'worker-1' });
    const door = rig.testbed.paymentDoor('api-1');
    if (door === null) throw new Error('api-1 has no door to the payment provider.');
    expect(await probeCharge(door, anySignal)).toMatchObject({ status: 201 });
  });
});

test('a fault whose injection does nothing is seen through', async () => {
  const nothing = async (): Promise<void> => undefined;
  // All is as it is, but nothing is done to it.
  const stubborn: FaultGround = Object.assign(Object.create(rig.testbed), {
    killReplica: nothing,
    startReplica: async () => true,
    pauseReplica: nothing,
    controlOf: () => ({
      pause: nothing,
      resume: nothing,
      restarts: { kill: nothing, restart: nothing, restartEmpty: nothing },
    }),
    proxyOf: (...link: Parameters<FaultGround['proxyOf']>) => ({
      ...rig.testbed.proxyOf(...link),
      cut: async () => nothing,
    }),
  });
  const orders = [
    { id: 'process-kill', target: 'api-1' },
    { id: 'process-pause', target: 'api-1' },
    { id: 'process-restart', target: 'redis-queue' },
    { id: 'event-loop-block', target: 'worker-1' },
    { id: 'link-down', target: 'all:postgres' },
    { id: 'redis-restart-empty', target: 'redis-cache' },
  ];
  const outcomes = orders.map(async (order) => {
    using idle = createActiveFaults({ ground: stubborn, onChange: () => undefined });
    return await idle.on(order).catch((error: { code: string }) => error.code);
  });
  expect(await Promise.all(outcomes)).toEqual(orders.map(() => 'E_FAULT_NOT_SEEN'));
});

test('a look that is called off is not taken for silence', async () => {
  const link = rig.testbed.proxyOf('api-1', 'redis-cache');
  if (link === undefined) throw new Error('api-1 has no link to the cache.');
  const signal = AbortSignal.abort(new Error('called off'));
  await expect(observe(link, hello['redis-cache'], { limitMs: 1_000, signal })).rejects.toThrow('called off');
});

test('a replica that was killed is down until the end, and comes back under its address', async () => {
  const urlOf = (): string | null | undefined => rig.testbed.replicas.find(({ name }) => name === 'api-1')?.url;
  const before = urlOf();
  await faults.on({ id: 'process-kill', target: 'api-1' });
  expect(urlOf()).toBeUndefined();
  await faults.off({});
  expect(urlOf()).toBe(before);
});

test('the queue keeps what it holds when it is killed, and the cache does not', async () => {
  const kept: (string | null)[] = [];
  for (const target of ['redis-queue', 'redis-cache']) {
    await withStore(rig.testbed, { target, fault: 'test' }, (redis) => redis.set('held', target));
    // Written to its file once a second.
    await sleep(1_200);
    await faults.on({ id: 'process-kill', target });
    await faults.off({});
    kept.push(await withStore(rig.testbed, { target, fault: 'test' }, (redis) => redis.get('held')));
  }
  expect(kept).toEqual(['redis-queue', null]);
});

test('a slicer whose connections end in the middle of an answer is gone when it is over', async () => {
  await faults.on({ id: 'link-slicer', target: 'api-1:redis-cache' });
  const proxy = rig.testbed.proxyOf('api-1', 'redis-cache');
  if (proxy === undefined) throw new Error('There is no such link.');
  const hangUp = new AbortController();
  const asked = { dependency: 'redis-cache', bytes: 2_000_000, limitMs: 30_000, signal: hangUp.signal } as const;
  const talks = Array.from({ length: 20 }, () => observeLong(rig.testbed, proxy, asked).catch(() => null));
  await sleep(500);
  hangUp.abort();
  const ended = await faults.off({ id: 'link-slicer' });
  expect(ended).toMatchObject([{ id: 'link-slicer', state: 'off' }]);
  await Promise.all(talks);
  expect((await observe(proxy, hello['redis-cache'], anySignal)).outcome).toBe('answered');
});

test('a Redis whose commands all wait cannot be let go before its time, and is over by itself', async () => {
  await faults.on({ id: 'redis-pause', target: 'redis-cache', forMs: 4_000 });
  const [early] = await faults.off({});
  expect(early).toMatchObject({ state: 'stays', measured: expect.stringContaining('not even the one that ends it') });
  await expect.poll(() => faults.list(), { timeout: 20_000, interval: 200 }).toEqual([]);
});

test.each([
  'postgres-row-lock',
  'postgres-table-lock',
  'postgres-long-transaction',
  'postgres-exhaust-connections',
  'cpu-starvation',
])('%s ends by itself when the lab that put it on has died', async (id) => {
  const fault = faultCatalogue.find((found) => found.id === id);
  if (fault === undefined) throw new Error(`${id} is not there.`);
  const target = fault.targets(rig.testbed)[0] ?? '';
  const lab = new AbortController();
  const parameters = id === 'cpu-starvation' ? { busyProcesses: 1 } : {};
  const injected = await fault.inject(rig.testbed, { target, parameters, lastsMs: 500, signal: lab.signal });
  lab.abort();
  await expect
    .poll(async () => (await injected.effect(anySignal.signal)).seen, { timeout: 20_000, interval: 50 })
    .toBe(true);
  await expect
    .poll(async () => (await injected.effect(anySignal.signal)).seen, { timeout: 20_000, interval: 100 })
    .toBe(false);
  await injected.undo();
});

test('sessions of faults carry the run and the fault in their name, and none is left', async () => {
  const names = async (): Promise<readonly string[]> =>
    await look(rig.testbed, async (session) => {
      const { rows } = await session.query<{ name: string }>(
        `SELECT application_name AS name FROM pg_stat_activity WHERE application_name LIKE 'lab:%:fault:%'`,
      );
      return rows.map(({ name }) => name);
    });
  await faults.on({ id: 'postgres-row-lock' });
  expect(await names()).toEqual([`lab:${rig.testbed.run}:fault:postgres-row-lock`]);
  await faults.off({});
  expect(await names()).toEqual([]);
});

// The last one: it ends the stack.
test('the end of the stack leaves nothing of the faults that are on', async () => {
  await everyReplicaIsReady();
  for (const [id, target, set = {}] of [
    ['link-timeout', 'all:payment'],
    ['process-kill', 'redis-queue'],
    ['process-pause', 'api-2'],
    ['event-loop-block', 'api-1'],
    ['cpu-starvation', 'machine', { busyProcesses: '1' }],
    ['postgres-row-lock', 'postgres'],
    ['postgres-exhaust-connections', 'postgres'],
    ['redis-pause', 'redis-cache'],
    ['payment-hang', 'all'],
  ] as const) {
    await faults.on({ id, target, set });
  }
  expect(faults.list()).toHaveLength(9);
  expect(await rig.leftovers()).not.toEqual([]);
  faults[Symbol.dispose]();
  await rig.testbed[Symbol.asyncDispose]();
  expect(await rig.leftovers()).toEqual([]);
});

async function everyReplicaIsReady(): Promise<void> {
  await expect.poll(() => rig.testbed.replicas.length, { timeout: 20_000 }).toBe(rig.testbed.names.length);
  for (const { internalUrl } of rig.testbed.replicas) {
    const isReady = async (): Promise<boolean> => (await fetch(`${internalUrl}/readyz`).catch(() => null))?.ok === true;
    await expect.poll(isReady, { timeout: 20_000, interval: 50 }).toBe(true);
  }
}
