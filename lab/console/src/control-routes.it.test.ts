import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { json, type Sent, startTestControlServer, type TestControlServer } from './testing/test-control-server.ts';

let server: TestControlServer;

beforeEach(async () => {
  server = await startTestControlServer();
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
});

const send = (sent: Sent) => server.send(sent);

test('a command reaches its handler', async () => {
  const body = JSON.stringify({ action: 'pause', pid: 12 });
  expect((await send({ method: 'POST', path: '/api/load', headers: json, body })).status).toBe(200);
  expect((await send({ method: 'POST', path: '/api/stop' })).status).toBe(202);
  await expect.poll(() => server.calls).toEqual(['pause 12', 'stop']);
});

describe('faults', () => {
  const path = '/api/faults';
  const change = (body: string) => send({ method: 'POST', path, headers: json, body });

  test('are listed, and changed by what was sent', async () => {
    expect((await send({ path })).body).toBe('{"faults":[]}\n');
    expect((await change('{"action":"off"}')).body).toBe('{"isOn":true}\n');
    expect(server.calls).toEqual(['{"action":"off"}']);
  });

  test.each([
    ['UsageError', 400],
    ['LabError', 409],
    ['EnvironmentError', 409],
  ])('that end in a %s are answered %i, with its code and hint', async (family, status) => {
    const hint = 'npx lab fault list';
    server.refuseWith(Object.assign(new Error('No such fault.'), { name: family, code: 'E_FAULT', hint }));
    const answer = await change('{}');
    expect(answer.status).toBe(status);
    const error = { family, code: 'E_FAULT', message: 'No such fault.', hint };
    expect(JSON.parse(answer.body)).toEqual({ error });
  });

  test('that meet a bug of the lab are answered 500', async () => {
    server.refuseWith(new TypeError('x is not a function'));
    expect((await change('{}')).status).toBe(500);
  });

  test.each(['', '{', 'on'])('are not changed by the body %j', async (body) => {
    expect((await change(body)).status).toBe(400);
    expect(server.calls).toEqual([]);
  });

  test('are changed by nobody without the token, from another site, or by a form', async () => {
    const body = '{"action":"off"}';
    const attempts = [
      { authorization: '' },
      { origin: 'http://evil.example' },
      { host: `evil.example:${server.port}` },
      { 'content-type': 'text/plain' },
    ];
    const answers = await Promise.all(
      attempts.map((headers) => send({ method: 'POST', path, headers: { ...json, ...headers }, body })),
    );
    expect(answers.map(({ status }) => status)).toEqual([401, 403, 403, 415]);
    expect((await send({ method: 'DELETE', path })).status).toBe(405);
    expect(server.calls).toEqual([]);
  });
});

describe('news of a grade', () => {
  const path = '/api/grade';

  test('reach their handler, and what it refuses is told', async () => {
    expect((await send({ method: 'POST', path, headers: json, body: '{"pid":1}' })).status).toBe(200);
    expect(server.calls).toEqual(['{"pid":1}']);
    server.refuseWith(Object.assign(new Error('They do not fit.'), { name: 'UsageError', code: 'E_BODY' }));
    expect((await send({ method: 'POST', path, headers: json, body: '{}' })).status).toBe(400);
  });

  test('are taken from nobody without the token, from another site, or by a form', async () => {
    const attempts = [
      { authorization: '' },
      { origin: 'http://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'content-type': 'text/plain' },
    ];
    const answers = await Promise.all(
      attempts.map((headers) => send({ method: 'POST', path, headers: { ...json, ...headers }, body: '{}' })),
    );
    expect(answers.map(({ status }) => status)).toEqual([401, 403, 403, 415]);
    expect((await send({ path })).status).toBe(405);
    expect(server.calls).toEqual([]);
  });
});

describe('connections', () => {
  const path = '/api/connections';

  test('are told to whoever has the token', async () => {
    expect((await send({ path })).body).toBe('{"parts":[]}\n');
  });

  test('are told to nobody without it, and to no other site', async () => {
    const attempts = [
      { authorization: '' },
      { authorization: `Bearer ${server.token}x` },
      { origin: 'http://evil.example' },
      { host: `evil.example:${server.port}` },
    ];
    const answers = await Promise.all(attempts.map((headers) => send({ path, headers })));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 403, 403]);
    expect((await send({ path, method: 'POST', headers: json, body: '{}' })).status).toBe(405);
    expect(server.calls).toEqual([]);
  });

  test('that are refused are refused with the reason', async () => {
    const facts = { name: 'UsageError', code: 'E_STARTING', hint: 'npx lab status' };
    server.refuseWith(Object.assign(new Error('Still starting.'), facts));
    const { status, body } = await send({ path });
    expect(status).toBe(400);
    expect(JSON.parse(body).error).toMatchObject({ family: 'UsageError', code: 'E_STARTING' });
  });
});

describe('the event stream', () => {
  async function read(count: number, lastEventId?: string): Promise<string[]> {
    const response = await fetch(`http://127.0.0.1:${server.port}/api/events`, {
      headers: {
        authorization: `Bearer ${server.token}`,
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
    });
    const ids: string[] = [];
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString('utf8');
      ids.splice(0, ids.length, ...[...text.matchAll(/^id: (.+)$/gm)].map((match) => match[1] ?? ''));
      if (ids.length >= count) break;
    }
    return ids;
  }

  test('begins with all that has happened, then goes on, without a gap or a repeat', async () => {
    server.events.append('phase', { name: 'practice', state: 'load' });
    const reading = read(3);
    await expect.poll(() => server.events.append('change', { name: 'x' }).seq).toBeGreaterThan(2);
    expect(await reading).toEqual(['run-1:1', 'run-1:2', 'run-1:3']);
  });

  test('goes on after the last event that was seen', async () => {
    for (const name of ['a', 'b', 'c']) server.events.append('log', { name });
    expect(await read(1, 'run-1:2')).toEqual(['run-1:3']);
  });

  test('begins anew for a client that saw another run', async () => {
    server.events.append('log', { name: 'a' });
    expect(await read(1, 'run-0:9')).toEqual(['run-1:1']);
  });

  test('is what the file holds', async () => {
    const event = server.events.append('log', { text: 'a\nb' });
    expect(JSON.parse(await readFile(server.file, 'utf8'))).toEqual(event);
  });

  test('a long text is cut', () => {
    expect(String(server.events.append('log', { text: 'x'.repeat(10_000) })['text']).length).toBeLessThan(2_100);
  });

  test('ends with the server', async () => {
    const reading = read(99).catch(() => 'cut');
    server.events.append('log', {});
    await server.end();
    expect(await reading).toBe('cut');
  });
});
