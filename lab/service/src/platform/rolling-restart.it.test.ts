import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type ApiProcess, spawnTestApi } from '../testing/test-api.ts';
import { type FrontAnswer, type FrontRequest, startTestFront, type TestFront } from '../testing/test-front.ts';
import { startTestService } from '../testing/test-service.ts';

const REPLICAS = 3;
const PER_SECOND = 200;
/** How often the front asks whether a replica is ready, and how long one goes on after it has said no. */
const POLL_MS = 2_000;
const DELAY_MS = 3_500;

/** An open model: requests are sent at their time, however late the answers are. */
async function load(front: TestFront, until: Promise<unknown>, nth: (index: number) => FrontRequest) {
  let going = true;
  const stopped = until.finally(() => {
    going = false;
  });
  const answers: FrontAnswer[] = [];
  const failures: string[] = [];
  const requests: Promise<unknown>[] = [];
  const startedAtMs = performance.now();
  while (going) {
    while (requests.length < ((performance.now() - startedAtMs) * PER_SECOND) / 1_000) {
      const asked = front.request(nth(requests.length));
      requests.push(
        asked.then(
          (answer) => answers.push(answer),
          (error: unknown) => failures.push(String(error)),
        ),
      );
    }
    await sleep(5);
  }
  await Promise.all([stopped, ...requests]);
  return { answers, failures, perSecond: (requests.length * 1_000) / (performance.now() - startedAtMs) };
}

test('three replicas are restarted in turn under 200 requests a second, and no request fails', async () => {
  await using parts = new AsyncDisposableStack();
  const service = parts.use(await startTestService());
  const { database } = service;
  const tenant = await service.createTenant({ books: 50 });
  await database.query('UPDATE books SET stock = 100000');
  const token = await service.signIn(tenant);
  const spawn = async (port: string) =>
    parts.use(await spawnTestApi({ database, environment: { PORT: port, SHUTDOWN_DELAY_MS: String(DELAY_MS) } }));
  const replicas: ApiProcess[] = [];
  for (let count = 0; count < REPLICAS; count += 1) replicas.push(await spawn('0'));
  const ports = replicas.map(({ port }) => port);
  const front = parts.use(startTestFront({ ports, pollMs: POLL_MS }));
  const allReady = () => expect.poll(() => front.ready(), { timeout: 20_000 }).toEqual(ports);

  const restart = async () => {
    for (const replica of replicas) {
      await allReady();
      replica.child.kill('SIGTERM');
      expect(await replica.exited).toBe(0);
      await spawn(String(replica.port));
      await expect.poll(() => front.ready(), { timeout: 20_000 }).toContain(replica.port);
    }
  };
  const nth = (index: number): FrontRequest => {
    const bookId = tenant.bookIds[index % 50] ?? '';
    const headers = { authorization: `Bearer ${token}` };
    if (index % 8 !== 0) return { method: 'GET', path: index % 8 === 1 ? '/v2/books' : `/v2/books/${bookId}`, headers };
    const own = { ...headers, 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    return { method: 'POST', path: '/v2/orders', headers: own, body: { lines: [{ bookId, quantity: 1 }] } };
  };
  await allReady();
  const { answers, failures, perSecond } = await load(front, restart(), nth);

  expect(failures).toEqual([]);
  expect(answers.filter(({ status, body }) => status >= 300 || !isJson(body))).toEqual([]);
  const placed = answers.filter(({ status }) => status === 201);
  expect(await database.query('SELECT 1 FROM orders')).toHaveLength(placed.length);
  // Otherwise little was tried.
  expect(perSecond).toBeGreaterThan(0.95 * PER_SECOND);
  expect(new Set(answers.map(({ port }) => port))).toEqual(new Set(ports));
}, 120_000);

/** A body that was cut off is none. */
function isJson(body: string): boolean {
  return body.endsWith('}') && typeof JSON.parse(body) === 'object';
}
