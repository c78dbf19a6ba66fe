import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withClient } from '../testing/test-database.ts';
import { startTestService, type TestService, type TestTenant } from '../testing/test-service.ts';

let service: TestService;
let tenant: TestTenant;
let token: string;

beforeAll(async () => {
  service = await startTestService();
  tenant = await service.createTenant({ books: 30 });
  token = await service.signIn(tenant);
});
afterAll(() => service?.[Symbol.asyncDispose]());

/** Of the nth book, of which there are n copies. */
const line = (n: number, quantity: number) => ({ bookId: tenant.bookIds[n - 1] ?? '', quantity });

function place(lines: unknown, key: string = randomUUID()) {
  const headers = { 'idempotency-key': key };
  return service.request('/v2/orders', { method: 'POST', token, headers, body: { lines } });
}

const stockOf = async (n: number) =>
  (await service.request(`/v2/books/${tenant.bookIds[n - 1]}`, { token })).json.stock as number;
const waiting = () => service.database.query('SELECT 1 FROM pg_locks WHERE NOT granted');

test('a twin of an order under way waits for it, and is given the same order', async () => {
  const key = randomUUID();
  const answered: number[] = [];
  const ask = async () => {
    const answer = await place([line(25, 1)], key);
    answered.push(answer.status);
    return answer;
  };
  const answers = await withClient(service.database.ownerUrl, async (holder) => {
    // The first has its key by then, and cannot end.
    await holder.query('BEGIN; LOCK TABLE outbox_events IN EXCLUSIVE MODE');
    const first = ask();
    await expect.poll(waiting, { interval: 10, message: 'requests that wait' }).toHaveLength(1);
    const twin = ask();
    await expect.poll(waiting, { interval: 10, message: 'requests that wait' }).toHaveLength(2);
    expect(answered, 'answers while the first is under way').toEqual([]);
    await holder.query('ROLLBACK');
    return await Promise.all([first, twin]);
  });
  expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  expect(answers[1]?.json).toEqual(answers[0]?.json);
  expect(answers.map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
  expect(await stockOf(25)).toBe(24);
});

test('a twin of an order that takes too long is told to come back, and then finds it', async () => {
  const key = randomUUID();
  const [first, twin] = await withClient(service.database.ownerUrl, async (holder) => {
    await holder.query(`BEGIN; SET LOCAL app.tenant_id = '${tenant.id}'`);
    await holder.query('SELECT 1 FROM books WHERE id = $1 FOR UPDATE', [line(24, 1).bookId]);
    const both = [place([line(24, 1)], key), place([line(24, 1)], key)];
    await expect.poll(waiting, { interval: 10, message: 'requests that wait' }).toHaveLength(2);
    const answers = await Promise.all(both);
    await holder.query('ROLLBACK');
    return answers;
  });
  for (const answer of [first, twin]) {
    expect(answer?.status).toBe(503);
    expect(['RESOURCE_BUSY', 'TIMED_OUT']).toContain(answer?.json.code);
    expect(answer?.headers.get('retry-after')).not.toBeNull();
  }
  expect((await place([line(24, 1)], key)).status).toBe(201);
  expect((await place([line(24, 1)], key)).headers.get('idempotent-replayed')).toBe('true');
  expect(await stockOf(24)).toBe(23);
});
