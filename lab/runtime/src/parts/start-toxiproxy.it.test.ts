import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../readiness/wait-until.ts';
import { plantListener, startFlood, startTcpEcho, type TestServer } from '../testing/planted-listener.ts';
import { openTestRun, type TestRun } from '../testing/test-run.ts';
import { toolsForTests } from '../testing/tools-for-tests.ts';
import { type StartedToxiproxy, startToxiproxy } from './start-toxiproxy.ts';
import type { StartedProxy } from './toxiproxy-proxy.ts';

let run: TestRun;
let toxiproxy: StartedToxiproxy;
let echo: TestServer;
let proxy: StartedProxy;
const sockets: Socket[] = [];

beforeAll(async () => {
  run = await openTestRun({ tools: await toolsForTests(['toxiproxy']) });
  toxiproxy = await startToxiproxy(run.ctx);
  echo = await startTcpEcho();
  proxy = await toxiproxy.proxy('redis-cache-api-1', echo);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await toxiproxy.reset();
});
afterAll(async () => {
  await toxiproxy[Symbol.asyncDispose]();
  await echo[Symbol.asyncDispose]();
  await run[Symbol.asyncDispose]();
});

interface Line {
  readonly socket: Socket;
  received(): string;
  isClosed(): boolean;
}

async function openLine(): Promise<Line> {
  const socket = connect({ host: proxy.host, port: proxy.port, noDelay: true });
  sockets.push(socket);
  let received = '';
  let isClosed = false;
  socket.on('data', (chunk) => {
    received += chunk.toString();
  });
  socket.on('error', () => {});
  socket.once('close', () => {
    isClosed = true;
  });
  await new Promise<void>((resolve) => {
    socket.once('connect', () => resolve()).once('close', () => resolve());
  });
  return { socket, received: () => received, isClosed: () => isClosed };
}

/** Milliseconds until the line has received the text. */
async function arrival(line: Line, text: string): Promise<number> {
  const startedAt = performance.now();
  await waitUntil(() => line.received().includes(text), { what: text, withinMs: 20_000, everyMs: 1 });
  return performance.now() - startedAt;
}

async function isEchoing(): Promise<boolean> {
  const line = await openLine();
  line.socket.write('ping');
  return waitUntil(() => line.received() === 'ping', { what: 'the echo', withinMs: 300 }).then(
    () => true,
    () => false,
  );
}

describe('hold', () => {
  test.each(['upstream', 'downstream'] as const)(
    'keeps what goes %s, on a connection that is open, until it is undone',
    async (stream) => {
      const line = await openLine();
      line.socket.write('before ');
      await arrival(line, 'before ');
      const release = await proxy.hold(stream);
      line.socket.write('held ');
      await sleep(100);
      expect(line.received()).toBe('before ');
      await release();
      await arrival(line, 'held ');
      line.socket.write('after');
      await arrival(line, 'after');
      expect(line.received()).toBe('before held after');
      expect(line.isClosed()).toBe(false);
    },
  );

  test('keeps a connection that is new', async () => {
    const release = await proxy.hold();
    const line = await openLine();
    line.socket.write('held');
    await sleep(50);
    expect(line.received()).toBe('');
    await release();
    await arrival(line, 'held');
  });

  test('undone twice is undone once', async () => {
    const release = await proxy.hold();
    await Promise.all([release(), release()]);
    await release();
    expect(await isEchoing()).toBe(true);
  });

  test('of both directions at a time is undone one by one', async () => {
    const releases = [await proxy.hold('upstream'), await proxy.hold('downstream')];
    const line = await openLine();
    line.socket.write('held');
    await releases[0]?.();
    await sleep(50);
    expect(line.received()).toBe('');
    await releases[1]?.();
    await arrival(line, 'held');
  });

  test('can be undone after everything was reset', async () => {
    const release = await proxy.hold();
    await toxiproxy.reset();
    await release();
    expect(await isEchoing()).toBe(true);
  });
});

describe('cut', () => {
  test('closes what is open and refuses what is new, until it is undone', async () => {
    const line = await openLine();
    const heal = await proxy.cut();
    await waitUntil(line.isClosed, { what: 'the end of the connection', withinMs: 20_000 });
    expect(await isEchoing()).toBe(false);
    await heal();
    await heal();
    expect(await isEchoing()).toBe(true);
  });

  test('keeps the port', async () => {
    const { port } = proxy;
    const heal = await proxy.cut();
    await heal();
    expect(proxy.port).toBe(port);
    expect(await isEchoing()).toBe(true);
  });
});

test('delay makes each answer late', async () => {
  const line = await openLine();
  const undo = await proxy.delay({ latencyMs: 80, jitterMs: 0 });
  line.socket.write('late');
  expect(await arrival(line, 'late')).toBeGreaterThan(70);
  await undo();
  const tookMs = [];
  for (const word of ['one', 'two', 'three', 'four', 'five']) {
    line.socket.write(word);
    tookMs.push(await arrival(line, word));
  }
  expect(Math.min(...tookMs)).toBeLessThan(70);
});

describe('of clients that hang up in the middle of an answer', () => {
  let flood: TestServer;
  let link: StartedProxy;

  beforeAll(async () => {
    flood = await startFlood();
    link = await toxiproxy.proxy('api-1-redis-cache', flood);
  });
  afterAll(() => flood[Symbol.asyncDispose]());

  /** Twenty clients that have begun to read; hanging up, they leave Toxiproxy with bytes that nobody takes. */
  async function beginReading(): Promise<() => Promise<void>> {
    const clients = Array.from({ length: 20 }, () => connect({ host: link.host, port: link.port }));
    sockets.push(...clients);
    let begun = 0;
    for (const client of clients) client.on('error', () => {}).once('data', () => (begun += 1));
    await waitUntil(() => begun === clients.length, { what: 'the first bytes', withinMs: 20_000 });
    return async () => {
      for (const client of clients) client.destroy();
      await sleep(5);
    };
  }

  async function isFlooding(): Promise<boolean> {
    const client = connect({ host: link.host, port: link.port });
    sockets.push(client);
    let received = 0;
    client.on('error', () => {}).on('data', (chunk) => (received += chunk.length));
    return waitUntil(() => received > 200_000, { what: 'bytes', withinMs: 20_000 }).then(
      () => true,
      () => false,
    );
  }

  async function toxics(): Promise<number> {
    const answer = await fetch(`${toxiproxy.apiUrl}/proxies/${link.name}`, { signal: AbortSignal.timeout(2000) });
    return ((await answer.json()) as { toxics: unknown[] }).toxics.length;
  }

  test.each([
    ['a hold', () => link.hold('downstream')],
    ['a delay', () => link.delay({ latencyMs: 30_000, jitterMs: 0 })],
  ] as const)('%s can be undone all the same, and says that the link was made anew', async (_, disturb) => {
    const hangUp = await beginReading();
    const undo = await disturb();
    await hangUp();
    expect(await undo()).toBe('renewed');
    expect(await toxics()).toBe(0);
    expect(await isFlooding()).toBe(true);
  });

  test('another disturbance of the link is lost with it, and says so too', async () => {
    const hangUp = await beginReading();
    const other = await link.hold('upstream');
    const undo = await link.hold('downstream');
    await hangUp();
    expect(await undo()).toBe('renewed');
    expect(await other()).toBe('renewed');
    const later = await link.hold('upstream');
    expect(await later()).toBe('removed');
  });

  test('a link is cleared all the same', async () => {
    const hangUp = await beginReading();
    await link.hold('downstream');
    await hangUp();
    await link.clear();
    expect(await toxics()).toBe(0);
    expect(await isFlooding()).toBe(true);
  });
});

test('clear takes back everything of one proxy', async () => {
  const other = await toxiproxy.proxy('other', echo);
  await other.hold();
  await proxy.hold();
  await proxy.delay({ latencyMs: 500, jitterMs: 0 });
  await proxy.cut();
  await proxy.clear();
  expect(await isEchoing()).toBe(true);
  const proxies = (await (await fetch(`${toxiproxy.apiUrl}/proxies`)).json()) as Record<string, { toxics: unknown[] }>;
  expect(proxies.other?.toxics).toHaveLength(1);
});

test('only the proxies that were asked for are there', async () => {
  const proxies = (await (await fetch(`${toxiproxy.apiUrl}/proxies`)).json()) as Record<string, unknown>;
  expect(Object.keys(proxies).filter((name) => name.startsWith('token'))).toEqual([]);
});

test('a port that is taken makes it start on another', async () => {
  await using taken = await plantListener();
  await using other = await openTestRun({ tools: run.ctx.tools });
  await using second = await startToxiproxy(other.ctx, { firstPort: taken.port });
  expect(second.apiUrl).not.toContain(String(taken.port));
});

test("another lab's toxiproxy is not taken for ours", async () => {
  await using other = await openTestRun({ tools: run.ctx.tools });
  await using second = await startToxiproxy(other.ctx, { firstPort: Number(new URL(toxiproxy.apiUrl).port) });
  expect(second.apiUrl).not.toBe(toxiproxy.apiUrl);
});
