import { expect, test } from 'vitest';
import { type Connection, describeConnection } from './connection.ts';

const secret = 's3cret';
const database = {
  kind: 'database',
  name: 'postgres',
  url: `postgres://admin:${secret}@127.0.0.1:5000/shop`,
  secretFile: '/run/postgres.pgpass',
} as const;
const store = {
  kind: 'store',
  name: 'redis-queue',
  url: `redis://:${secret}@127.0.0.1:5002`,
  secretFile: '/run/redis-queue.password',
} as const;

const plain = (given: Parameters<typeof describeConnection>[0]): Connection =>
  describeConnection(given, { withPassword: false });

test('PostgreSQL is reached by psql, with the password from its file', () => {
  expect(plain(database)).toMatchObject({
    url: 'postgres://admin@127.0.0.1:5000/shop',
    client: 'psql',
    command: 'PGPASSFILE=/run/postgres.pgpass psql "host=127.0.0.1 port=5000 user=admin dbname=shop"',
  });
});

test('a Redis is reached by redis-cli, with the password from its file', () => {
  expect(plain(store)).toMatchObject({
    about: 'Redis, the queue of jobs',
    url: 'redis://127.0.0.1:5002',
    client: 'redis-cli',
    command: 'REDISCLI_AUTH="$(cat /run/redis-queue.password)" redis-cli -h 127.0.0.1 -p 5002',
  });
});

test.each([database, store])(
  'the password of $name is told only where it is asked for, and in the address',
  (given) => {
    expect(JSON.stringify(plain(given))).not.toContain(secret);
    const { url, ...others } = describeConnection(given, { withPassword: true });
    expect(url).toBe(given.url);
    expect(JSON.stringify(others)).not.toContain(secret);
  },
);

test.each([database, store])('the command of $name bears a path that a shell would take apart', (given) => {
  const { command } = plain({ ...given, secretFile: "/my lab's/x" });
  expect(command).toContain(String.raw`'/my lab'\''s/x'`);
});

test('what goes past Toxiproxy says so', () => {
  const provider = { kind: 'provider', name: 'payment', url: 'http://127.0.0.1:7003', caller: 'worker-1' } as const;
  for (const given of [database, store, provider]) expect(plain(given).notes.join(' ')).toContain('past Toxiproxy');
  expect(plain(provider).notes.join(' ')).toContain('takes you for worker-1');
});

test('the object store is asked by curl, with the account from its file', () => {
  const secretFile = '/run/s3.curl';
  const url = 'http://127.0.0.1:5007/shelfwise';
  expect(plain({ kind: 'bucket', name: 's3', url, region: 'us-east-1', secretFile })).toMatchObject({
    secretFile,
    client: 'curl',
    command: `curl -sS --aws-sigv4 aws:amz:us-east-1:s3 --config /run/s3.curl -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' '${url}?list-type=2'`,
  });
});

test('the scanner has an address and no client, the receiver takes what is sent to any path', () => {
  const scanner = plain({ kind: 'scanner', name: 'scanner', url: 'tcp://127.0.0.1:8003', caller: 'worker-1' });
  expect(scanner).toMatchObject({ url: 'tcp://127.0.0.1:8003', client: null, command: null });
  expect(scanner.notes.join(' ')).toContain('takes you for worker-1');
  const receiver = plain({ kind: 'receiver', name: 'receiver', url: 'http://127.0.0.1:9001' });
  expect(receiver.command).toBe(`curl -sS -i http://127.0.0.1:9001/try -H 'content-type: application/json' -d '{}'`);
});

test('an API replica is asked by curl, which is handed the token through a pipe', () => {
  const { command, url } = plain({
    kind: 'api',
    name: 'api-1',
    url: 'http://127.0.0.1:6001',
    internalUrl: 'http://127.0.0.1:6101',
  });
  expect(url).toBe('http://127.0.0.1:6001');
  expect(command?.split('\n')).toEqual([
    `curl -sS http://127.0.0.1:6001/v2/auth/token -H 'content-type: application/json' -d '{"tenant":"shop-01","email":"admin@shop-01.example","password":"shelfwise-dev"}' |`,
    String.raw`  sed -n 's/.*"accessToken":"\([^"]*\)".*/authorization: Bearer \1/p' |`,
    `  curl -sS -H @- 'http://127.0.0.1:6001/v2/books?limit=3'`,
  ]);
});

test('a worker is asked for its figures on its internal port', () => {
  const worker = { kind: 'worker', name: 'worker-1', url: null, internalUrl: 'http://127.0.0.1:6103' } as const;
  expect(plain(worker)).toMatchObject({ url: worker.internalUrl, command: 'curl -sS http://127.0.0.1:6103/metrics' });
});

test.each(['api', 'worker'] as const)('a replica (%s) that is down has no address, and the way to its log', (kind) => {
  const { url, command, notes } = plain({ kind, name: `${kind}-2`, url: null, internalUrl: null });
  expect([url, command]).toEqual([null, null]);
  expect(notes.join()).toContain(`npx lab logs ${kind}-2`);
});

test('Toxiproxy is asked for its proxies', () => {
  const { command } = plain({ kind: 'proxies', name: 'toxiproxy', url: 'http://127.0.0.1:5004' });
  expect(command).toBe('curl -sS http://127.0.0.1:5004/proxies');
});

test('a part that the lab knows no client for has its address', () => {
  const kettle = plain({ kind: 'other', name: 'kettle', url: 'http://127.0.0.1:5005' });
  expect(kettle).toMatchObject({ url: 'http://127.0.0.1:5005', client: null, command: null });
});
