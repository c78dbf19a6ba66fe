import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { httpStatus } from '../../readiness/http-status.ts';
import { plantListener } from '../../testing/planted-listener.ts';
import { openTestRun, type TestRun } from '../../testing/test-run.ts';
import { toolsForTests } from '../../testing/tools-for-tests.ts';
import { askS3, type S3Request } from './ask-s3.ts';
import { type StartedS3, startS3 } from './start-s3.ts';

let run: TestRun;
let s3: StartedS3;

beforeAll(async () => {
  run = await openTestRun({ tools: await toolsForTests(['versitygw']) });
  s3 = await startS3(run.ctx);
});
afterAll(async () => {
  await s3[Symbol.asyncDispose]();
  await run[Symbol.asyncDispose]();
});

async function ask(method: S3Request['method'], path: string, body?: string) {
  const answer = await askS3(s3, { method, path, ...(body === undefined ? {} : { body }) });
  return { status: answer.status, text: await answer.text() };
}

test('a bucket can be made, and keeps what is put into it', async () => {
  expect(await ask('PUT', '/covers')).toMatchObject({ status: 200 });
  expect(await ask('PUT', '/covers/a/b.txt', 'hello')).toMatchObject({ status: 200 });
  expect(await ask('GET', '/covers/a/b.txt')).toEqual({ status: 200, text: 'hello' });
  expect(await ask('DELETE', '/covers/a/b.txt')).toMatchObject({ status: 204 });
  expect(await ask('GET', '/covers/a/b.txt')).toMatchObject({ status: 404 });
});

test('a key may hold what an address may not, and a query is signed too', async () => {
  expect(await ask('PUT', "/odd-keys/a b/(c)'*!+=&?ä.txt", 'odd')).toMatchObject({ status: 404 });
  expect(await ask('PUT', '/odd-keys')).toMatchObject({ status: 200 });
  expect(await ask('PUT', "/odd-keys/a b/(c)'*!+=&?ä.txt", 'odd')).toMatchObject({ status: 200 });
  expect(await ask('GET', "/odd-keys/a b/(c)'*!+=&?ä.txt")).toEqual({ status: 200, text: 'odd' });
  const query = { 'list-type': '2', prefix: 'a b/' };
  const listed = await (await askS3(s3, { method: 'GET', path: '/odd-keys', query })).text();
  expect(listed.match(/<Key>/g)).toHaveLength(1);
});

test('without a signature, or with another secret, nothing is given', async () => {
  expect(await httpStatus(s3.url, { timeoutMs: 2000 })).toBe(403);
  const credentials = { ...s3.credentials, secretAccessKey: 'another' };
  const answer = await askS3({ ...s3, credentials }, { method: 'GET', path: '/' });
  expect(answer.status).toBe(403);
  expect(await answer.text()).toContain('SignatureDoesNotMatch');
});

test('the credentials are in no argument, no log and no journal', () => {
  const { accessKeyId, secretAccessKey } = s3.credentials;
  const texts = ['logs/s3.log', 'journal.ndjson'].map((file) => readFileSync(path.join(run.ctx.runDir, file), 'utf8'));
  if (process.platform === 'linux') texts.push(readFileSync(`/proc/${s3.pid}/cmdline`, 'utf8'));
  for (const text of texts) {
    expect(text).not.toContain(accessKeyId);
    expect(text).not.toContain(secretAccessKey);
  }
});

test('a paused store does not answer, and goes on', async () => {
  await s3.pause();
  expect(await httpStatus(s3.url, { timeoutMs: 300 })).toBeNull();
  await s3.resume();
  expect(await httpStatus(s3.url, { timeoutMs: 2000 })).toBe(403);
});

test('a port that is taken makes it start on another, also when another store has it', async () => {
  await using taken = await plantListener();
  for (const port of [taken.port, s3.port]) {
    await using other = await openTestRun({ tools: run.ctx.tools });
    await using second = await startS3(other.ctx, { firstPort: port });
    expect(second.port).not.toBe(port);
    expect(other.messages.join()).toContain('port taken meanwhile, trying another');
  }
});

test('its buckets are there from the start, take forms of pages elsewhere, and stay when it is emptied or killed', async () => {
  await using other = await openTestRun({ tools: run.ctx.tools });
  await using store = await startS3(other.ctx, { buckets: ['covers'] });
  const put = (key: string) => askS3(store, { method: 'PUT', path: `/covers/${key}`, body: key });
  const status = async (key: string) => (await askS3(store, { method: 'HEAD', path: `/covers/${key}` })).status;
  const asPage = { origin: 'http://127.0.0.1:4777', 'access-control-request-method': 'POST' };
  const mayPost = async () => {
    const answer = await fetch(`${store.url}/covers/a`, { method: 'OPTIONS', headers: asPage });
    return answer.headers.get('access-control-allow-origin');
  };
  expect((await put('a/b')).status).toBe(200);
  expect(await mayPost()).toBe('*');
  await store.empty();
  expect(await status('a/b')).toBe(404);
  expect((await put('a/c')).status).toBe(200);
  const { pid, port } = store;
  await store.restart();
  expect([store.pid === pid, store.port]).toEqual([false, port]);
  expect(await status('a/c')).toBe(200);
  await store.restartEmpty();
  expect(await status('a/c')).toBe(404);
  expect((await put('a/d')).status).toBe(200);
  expect(await mayPost()).toBe('*');
});

test('it ends by itself, and its folder goes away with it', async () => {
  await using other = await openTestRun({ tools: run.ctx.tools });
  const second = await startS3(other.ctx);
  expect(await second.stop()).toMatchObject({ exitCode: 0, requested: true });
  expect(existsSync(path.join(other.ctx.runDir, 'parts', 's3'))).toBe(false);
});
