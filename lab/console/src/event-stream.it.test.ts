import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestControlServer, type TestControlServer } from './testing/test-control-server.ts';

let server: TestControlServer;
beforeEach(async () => {
  server = await startTestControlServer();
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
});

/** Reads events until `count` have come, then drops the connection. */
async function read(count: number, lastEventId: string | null): Promise<string[]> {
  const response = await fetch(`http://127.0.0.1:${server.port}/api/events`, {
    headers: {
      authorization: `Bearer ${server.token}`,
      ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }),
    },
    signal: AbortSignal.timeout(10_000),
  });
  let text = '';
  let ids: string[] = [];
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString('utf8');
    ids = [...text.matchAll(/^id: (.+)\nevent: .+\ndata: .+\n\n/gm)].map((match) => match[1] ?? '');
    if (ids.length >= count) break;
  }
  return ids;
}

test('a stream that drops again and again and reconnects loses nothing', async () => {
  const total = 300;
  const writing = setInterval(() => server.events.append('fault', { name: 'x' }), 2);
  const seen: string[] = [];
  try {
    while (seen.length < total) {
      const got = await read(17, seen.at(-1) ?? null);
      seen.push(...got);
    }
  } finally {
    clearInterval(writing);
  }
  expect(seen).toEqual(seen.map((_id, index) => `run-1:${index + 1}`));
});

test('reconnecting takes less than two seconds, with a long run to look through', async () => {
  for (let count = 0; count < 4_000; count += 1) server.events.append('tick', { s: { requestsPerSecond: 150 } });
  const { seq } = server.events.append('check', { id: 'a' });
  const startedMs = performance.now();
  expect(await read(1, `run-1:${seq - 1}`)).toEqual([`run-1:${seq}`]);
  expect(performance.now() - startedMs).toBeLessThan(2_000);
});

test('of a long run old ticks are left out, and of faults and checks none', async () => {
  server.events.append('fault', { name: 'first' });
  for (let count = 0; count < 4_000; count += 1) server.events.append('tick', {});
  server.events.append('check', { id: 'last' });
  const ids = await read(3_602, null);
  expect(ids[0]).toBe('run-1:1');
  expect(ids[1]).toBe('run-1:402');
  expect(ids.at(-1)).toBe('run-1:4002');
});

test('the greeting names the run and the time, and has no id', async () => {
  const response = await fetch(`http://127.0.0.1:${server.port}/api/events`, {
    headers: { authorization: `Bearer ${server.token}` },
  });
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString('utf8');
    if (text.includes('event: hello') && text.endsWith('\n\n')) break;
  }
  expect(text).toMatch(/^retry: 1000\n\nevent: hello\ndata: \{.*"run":"run-1".*\}\n\n/);
});
