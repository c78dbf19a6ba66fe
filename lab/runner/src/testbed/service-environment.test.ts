import type { DependencyName, ReplicaName, Scenario, StackPart } from '@lab/sdk';
import { expect, test } from 'vitest';
import { newSecrets, replicaEnvironment } from './service-environment.ts';

const ports: Readonly<Record<DependencyName, number>> = {
  postgres: 1,
  'redis-cache': 2,
  'redis-queue': 3,
  'redis-limits': 4,
  s3: 5,
  payment: 6,
  scanner: 7,
};
const all = [...(Object.keys(ports) as DependencyName[]), 'receiver', 'toxiproxy'] as const;
const secrets = { database: 'db', jwt: 'jwt', encryption: 'enc' };

function environmentWith(
  parts: readonly StackPart[],
  given: { readonly replica?: ReplicaName; readonly environment?: Readonly<Record<string, string>> } = {},
): Record<string, string> {
  const { replica = 'worker-2', environment } = given;
  const stack = { parts, replicas: { api: 3, worker: 2 }, ...(environment === undefined ? {} : { environment }) };
  return replicaEnvironment(replica, {
    scenario: { stack } as Scenario,
    secrets,
    addresses: {
      dependency: (name) => ({ host: '127.0.0.1', port: 7_000 + ports[name] }),
      passwordOf: (store) => `of-${store}`,
      publicStore: {
        url: 'http://127.0.0.1:9000',
        region: 'us-east-1',
        credentials: { accessKeyId: 'KEY', secretAccessKey: 'SECRET' },
      },
    },
  });
}

/** What naming this part sets. */
function setBy(part: StackPart): Record<string, string> {
  const without = environmentWith(all.filter((name) => name !== part));
  return Object.fromEntries(Object.entries(environmentWith(all)).filter(([name]) => !(name in without)));
}

test('each part sets its own variables, and they are there with it only', () => {
  expect(setBy('postgres')).toEqual({ DATABASE_URL: 'postgres://worker_2:db@127.0.0.1:7001/shop' });
  expect(setBy('redis-cache')).toEqual({ REDIS_CACHE_URL: 'redis://:of-redis-cache@127.0.0.1:7002' });
  expect(setBy('redis-queue')).toEqual({ REDIS_QUEUE_URL: 'redis://:of-redis-queue@127.0.0.1:7003' });
  expect(setBy('payment')).toEqual({ PAYMENT_URL: 'http://127.0.0.1:7006' });
  expect(setBy('scanner')).toEqual({ CLAMD_ADDR: '127.0.0.1:7007' });
  expect(setBy('toxiproxy')).toEqual({});
});

test('limits know how many processes share them', () => {
  expect(setBy('redis-limits')).toEqual({
    REDIS_LIMITS_URL: 'redis://:of-redis-limits@127.0.0.1:7004',
    LIMITS_REPLICAS: '3',
    LIMITS_WORKERS: '2',
  });
});

test('ShelfWise reaches the object store by its proxy, and customers reach it straight', () => {
  expect(setBy('s3')).toEqual({
    S3_ENDPOINT: 'http://127.0.0.1:7005',
    S3_PUBLIC_ENDPOINT: 'http://127.0.0.1:9000',
    S3_REGION: 'us-east-1',
    S3_BUCKET: 'shelfwise',
    S3_ACCESS_KEY_ID: 'KEY',
    S3_SECRET_ACCESS_KEY: 'SECRET',
  });
});

test('with a receiver there are webhooks, which may go to this machine', () => {
  expect(setBy('receiver')).toEqual({
    ENCRYPTION_KEY: 'enc',
    WEBHOOK_ALLOW_HTTP: 'true',
    WEBHOOK_ALLOWED_HOSTS: '127.0.0.1',
  });
});

test('what the scenario says goes before what the lab says', () => {
  const environment = { LIMITS_REPLICAS: '9', LOG_LEVEL: 'info' };
  expect(environmentWith(all, { environment })).toMatchObject(environment);
});

test('secrets are made anew for each testbed, and the encryption key is one', () => {
  const [one, other] = [newSecrets(), newSecrets()];
  for (const name of ['database', 'jwt', 'encryption'] as const) expect(one[name]).not.toBe(other[name]);
  expect(one.encryption).toMatch(/^[A-Za-z0-9+/]{43}=$/);
});
