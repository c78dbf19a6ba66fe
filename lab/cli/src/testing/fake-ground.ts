import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ConnectionGround } from '../session/connections.ts';

/** Needs escaping in an address, in a password file and in a shell. */
export const fakePassword = "p:w\\d'/ä";

/** A stack with one of each part, of which nothing runs: two API replicas, the second one down, and a worker. */
export async function createFakeGround(): Promise<ConnectionGround> {
  const runDir = await mkdtemp(join(tmpdir(), 'lab run-'));
  onTestFinished(() => rm(runDir, { recursive: true, force: true }));
  await mkdir(join(runDir, 'parts'));
  const host = '127.0.0.1';
  const password = encodeURIComponent(fakePassword);
  const parts = [
    ...['postgres', 'redis-cache', 'redis-queue', 'payment', 'toxiproxy', 'kettle'],
    ...['redis-limits', 's3', 'scanner', 'receiver'],
  ];
  return {
    run: 'r',
    runDir,
    names: ['api-1', 'api-2', 'worker-1'],
    parts: parts.map((part, index) => ({ part, pid: 1, host, port: 5_000 + index })),
    replicas: [
      { name: 'api-1', url: 'http://127.0.0.1:6001', internalUrl: 'http://127.0.0.1:6101', pid: 1 },
      { name: 'worker-1', url: null, internalUrl: 'http://127.0.0.1:6103', pid: 1 },
    ],
    adminUrl: () => `postgres://admin:${password}@127.0.0.1:5000/shop`,
    storeUrl: (store) => `redis://:${password}@127.0.0.1:${5_000 + parts.indexOf(store)}`,
    bucket: {
      name: 'shelfwise',
      url: 'http://127.0.0.1:5007',
      region: 'us-east-1',
      credentials: { accessKeyId: 'KEY', secretAccessKey: fakePassword },
    },
    scannerDoor: (caller) => ({ host, port: caller === 'worker-1' ? 8_003 : 8_001 }),
    receiverDoor: { host, port: 9_001 },
    paymentDoor: (caller) => ({ host, port: caller === 'worker-1' ? 7_003 : 7_001 }),
  };
}
