import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createFakeGround, fakePassword } from '../testing/fake-ground.ts';
import { connectionsOf, type Reachable } from './connections.ts';

function find(all: readonly Reachable[], name: string): Reachable & { secretFile?: string } {
  const found = all.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} is not there.`);
  return found;
}

test('every part and replica is there, also one that is down and one that the lab knows nothing of', async () => {
  const all = connectionsOf(await createFakeGround());
  expect(all.map(({ kind, name }) => `${name} ${kind}`)).toEqual([
    'postgres database',
    'redis-cache store',
    'redis-queue store',
    'payment provider',
    'toxiproxy proxies',
    'kettle other',
    'redis-limits store',
    's3 bucket',
    'scanner scanner',
    'receiver receiver',
    'api-1 api',
    'api-2 api',
    'worker-1 worker',
  ]);
  expect(find(all, 'api-2')).toMatchObject({ url: null, internalUrl: null });
  expect(find(all, 'worker-1')).toMatchObject({ url: null, internalUrl: 'http://127.0.0.1:6103' });
  expect(find(all, 'kettle')).toMatchObject({ url: 'http://127.0.0.1:5005' });
});

test('the provider is asked by the door of a worker, else of the first replica', async () => {
  const ground = await createFakeGround();
  const door = (given: typeof ground) => find(connectionsOf(given), 'payment');
  expect(door(ground)).toMatchObject({ url: 'http://127.0.0.1:7003', caller: 'worker-1' });
  expect(door({ ...ground, names: ['api-1'] })).toMatchObject({ url: 'http://127.0.0.1:7001', caller: 'api-1' });
});

test('the scanner is asked by the door of a worker too; the receiver has one door for all', async () => {
  const all = connectionsOf(await createFakeGround());
  expect(find(all, 'scanner')).toMatchObject({ url: 'tcp://127.0.0.1:8003', caller: 'worker-1' });
  expect(find(all, 'receiver')).toMatchObject({ url: 'http://127.0.0.1:9001' });
});

test('passwords are in files of the run that only their owner reads', async () => {
  const ground = await createFakeGround();
  const all = connectionsOf(ground);
  const folder = join(ground.runDir, 'parts', 'connect');
  const withSecret = ['postgres', 'redis-cache', 'redis-limits', 'redis-queue', 's3'];
  const files = withSecret.map((name) => basename(find(all, name).secretFile ?? ''));
  expect((await readdir(folder)).sort()).toEqual(files);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  for (const name of withSecret) {
    const { secretFile = '' } = find(all, name);
    expect(dirname(secretFile)).toBe(folder);
    expect((await stat(secretFile)).mode & 0o777).toBe(0o600);
  }
  expect(await readFile(join(folder, 'redis-cache.password'), 'utf8')).toBe(`${fakePassword}\n`);
  // In a configuration file of curl a backslash stands behind another one.
  expect(await readFile(join(folder, 's3.curl'), 'utf8')).toBe('user = "KEY:p:w\\\\d\'/ä"\n');
  // A colon and a backslash stand behind a backslash.
  expect(await readFile(join(folder, 'postgres.pgpass'), 'utf8')).toBe("127.0.0.1:5000:shop:admin:p\\:w\\\\d'/ä\n");
});

test('asked again, they are the same, and one that was removed is back', async () => {
  const ground = await createFakeGround();
  const first = connectionsOf(ground);
  const { secretFile = '' } = find(first, 'postgres');
  await rm(secretFile);
  expect(connectionsOf(ground)).toEqual(first);
  expect(existsSync(secretFile)).toBe(true);
});

test('once the run has been cleared away no secret is written', async () => {
  const ground = await createFakeGround();
  await rm(join(ground.runDir, 'parts'), { recursive: true });
  expect(() => connectionsOf(ground)).toThrow(/ENOENT/);
  expect(await readdir(ground.runDir)).toEqual([]);
});
