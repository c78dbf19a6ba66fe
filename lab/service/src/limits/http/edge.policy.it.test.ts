import { randomInt } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testEdge } from '../../testing/test-environment.ts';
import { startTestService, type TestService } from '../../testing/test-service.ts';

/** As in deploy/edge.cfg, in ten seconds. */
const EDGE_LIMIT = 300;

let edge: Awaited<ReturnType<typeof testEdge>>;
let service: TestService;

beforeAll(async () => {
  edge = await testEdge();
  service = await startTestService({ PORT: String(edge.apiPort) });
});
afterAll(() => service?.[Symbol.asyncDispose]());

interface Asked {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** As a client with this address of loopback. */
function ask(localAddress: string, headers: Record<string, string> = {}): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const url = new URL('/v2/books', edge.shopUrl);
    const asked = httpRequest(url, { localAddress, headers, timeout: 20_000 }, async (answer) => {
      const body = Buffer.concat(await answer.toArray()).toString();
      resolve({ status: answer.statusCode ?? 0, body, headers: answer.headers });
    });
    asked.once('error', reject).end();
  });
}
const seen = () => service.logs.filter(({ message }) => message === 'request').length;
const countOf = (answers: readonly Asked[], status: number) => answers.filter((one) => one.status === status).length;
const anAddress = () => `127.1.${randomInt(1, 255)}.${randomInt(1, 255)}`;

test('a flood from one address is refused before the API, and other addresses are served', async () => {
  const [flooder, other] = [anAddress(), anAddress()];
  const answers: Asked[] = [];
  const before = seen();
  for (let turn = 0; turn < 3 * EDGE_LIMIT; turn += 50) {
    // What it claims about its address is nothing to the edge.
    const claims = () => ({ 'x-forwarded-for': anAddress() });
    answers.push(...(await Promise.all(Array.from({ length: 50 }, () => ask(flooder, claims())))));
    if (countOf(answers, 429) >= EDGE_LIMIT) break;
  }
  const [passed, refused] = [countOf(answers, 401), countOf(answers, 429)];
  expect(passed + refused).toBe(answers.length);
  expect(passed).toBeGreaterThanOrEqual(EDGE_LIMIT);
  expect(refused).toBeGreaterThanOrEqual(EDGE_LIMIT);
  await expect.poll(() => seen() - before).toBe(passed);

  const refusal = answers.find(({ status }) => status === 429);
  expect(JSON.parse(refusal?.body ?? '')).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
  expect(refusal?.headers).toMatchObject({ 'retry-after': '10', 'content-type': 'application/problem+json' });
  expect((await ask(other)).status).toBe(401);
  await expect.poll(() => seen() - before).toBe(passed + 1);
});
