import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withClient } from '../testing/test-database.ts';
import { startTestService, type TestService } from '../testing/test-service.ts';

let service: TestService;
let token: string;

beforeAll(async () => {
  service = await startTestService({ DATABASE_POOL_MAX: '2' });
  token = await service.signIn(await service.createTenant());
});
afterAll(() => service?.[Symbol.asyncDispose]());

const list = (signal?: AbortSignal) =>
  fetch(`${service.url}/v2/books`, {
    headers: { authorization: `Bearer ${token}`, 'x-request-id': 'leaves' },
    signal: signal ?? AbortSignal.timeout(10_000),
  });
const waiting = () =>
  service.database.query(
    "SELECT 1 FROM pg_stat_activity WHERE application_name = 'shelfwise' AND wait_event_type = 'Lock'",
  );

test('while all connections are in use callers are told within two seconds, and probes are not affected', async () => {
  await withClient(service.database.ownerUrl, async (holder) => {
    await holder.query('BEGIN; LOCK TABLE books');
    const held = [list(), list()];
    await expect.poll(waiting).toHaveLength(2);
    const startedAtMs = performance.now();
    const refused = await list();
    expect(performance.now() - startedAtMs).toBeLessThan(2_900);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    for (const probe of ['/livez', '/readyz']) {
      const askedAtMs = performance.now();
      expect((await service.request(probe)).status).toBe(200);
      expect(performance.now() - askedAtMs).toBeLessThan(1_000);
    }
    await holder.query('ROLLBACK');
    for (const answer of await Promise.all(held)) expect(answer.status).toBe(200);
  });
  expect((await list()).status).toBe(200);
});

test('the statement of a client that has gone ends, and this is no error of ours', async () => {
  await withClient(service.database.ownerUrl, async (holder) => {
    await holder.query('BEGIN; LOCK TABLE books');
    const leaving = new AbortController();
    const asked = list(leaving.signal).catch(() => {});
    await expect.poll(waiting).toHaveLength(1);
    leaving.abort();
    await asked;
    await expect.poll(waiting, { timeout: 20_000, interval: 20 }).toEqual([]);
  });
  await expect
    .poll(() => service.logs.find(({ fields }) => fields.requestId === 'leaves' && fields.status === 499))
    .toMatchObject({ level: 'info', message: 'request' });
  const failures = service.logs.filter(
    ({ fields, message }) => fields.requestId === 'leaves' && message === 'request failed',
  );
  expect(failures.filter(({ fields }) => fields.code !== 'DATABASE_UNAVAILABLE')).toEqual([]);
});

test('thirty times as many requests as connections are all answered, and none waits afterwards', async () => {
  const answers = await Promise.all(Array.from({ length: 60 }, () => list()));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const metrics = await (await fetch(`${service.internalUrl}/metrics`)).text();
  expect(metrics).toContain('db_pool_connections{state="waiting"} 0');
});

test('three callers for each connection, one request after the other for ten seconds, are all answered', async () => {
  const untilMs = performance.now() + 10_000;
  const statuses = new Set<number>();
  const caller = async () => {
    let answered = 0;
    while (performance.now() < untilMs) {
      statuses.add((await list()).status);
      answered += 1;
    }
    return answered;
  };
  const counts = await Promise.all(Array.from({ length: 6 }, caller));
  expect(statuses).toEqual(new Set([200]));
  // In turn, so that none is left behind.
  expect(Math.max(...counts) / Math.min(...counts)).toBeLessThan(2);
  const metrics = await (await fetch(`${service.internalUrl}/metrics`)).text();
  expect(metrics).toContain('db_pool_connections{state="waiting"} 0');
  expect(metrics).toContain('db_pool_connections{state="idle"} 2');
});

test('200 clients that leave at any moment leave nothing behind', async () => {
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(Array.from({ length: 20 }, () => list(AbortSignal.timeout(randomInt(1, 20))).catch(() => {})));
  }
  const left = `
    SELECT state, wait_event, query, clock_timestamp() - state_change AS since FROM pg_stat_activity
    WHERE application_name = 'shelfwise' AND state <> 'idle'`;
  await expect.poll(() => service.database.query(left), { timeout: 20_000 }).toEqual([]);
  expect((await list()).status).toBe(200);
  // One that was given up may be closing, or one that nobody waits for any more be opening.
  await expect
    .poll(async () => {
      const metrics = await (await fetch(`${service.internalUrl}/metrics`)).text();
      const connections = (state: string) =>
        Number(new RegExp(`db_pool_connections\\{state="${state}"\\} (\\d+)`).exec(metrics)?.[1]);
      return { waiting: connections('waiting'), busy: connections('total') - connections('idle') };
    })
    .toEqual({ waiting: 0, busy: 0 });
});

test('when all its connections are terminated the service goes on', async () => {
  await service.database.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'shelfwise%'",
  );
  await expect.poll(async () => (await list()).status, { timeout: 20_000 }).toBe(200);
});
