import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { imageOf, mp4Of } from './testing/test-images.ts';
import { startUploadsSite, type UploadsSite } from './testing/test-uploads.ts';

let site: UploadsSite;
beforeAll(async () => {
  site = await startUploadsSite();
});
afterAll(() => site?.[Symbol.asyncDispose]());
afterEach(() => site.scanner.release());

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const VIDEO = { kind: 'video', contentType: 'video/mp4' };
const clean = mp4Of(20_000);
/** As long as the clean one, so that the same form takes it. */
const infected = Buffer.from(clean);
infected.write('VIRUS', 15_000);

async function confirmed(content: Uint8Array) {
  const announced = await site.send(content, VIDEO);
  expect((await site.ask('POST', `/v2/uploads/${announced.id}/confirm`)).status).toBe(202);
  return announced;
}

test('a file that is replaced between its confirmation and the worker is not served', async () => {
  const { id, form } = await confirmed(clean);
  expect(await site.store.post(form, { content: infected })).toMatchObject({ status: 204 });
  await using _work = await site.work();
  expect(await site.becomes(id, 'failed')).toMatchObject({ reason: 'replaced' });
  expect((await site.ask('GET', `/v2/uploads/${id}/content`)).status).toBe(409);
});

test('the same bytes once more are no replacement', async () => {
  const { id, form } = await confirmed(clean);
  expect(await site.store.post(form, { content: clean })).toMatchObject({ status: 204 });
  await using _work = await site.work();
  await site.becomes(id, 'ready');
});

test('a file that is replaced while the scanner thinks changes nothing that is served', async () => {
  await using _work = await site.work();
  site.scanner.behave({ kind: 'hold' });
  const { id, form } = await confirmed(clean);
  await expect.poll(() => site.scanner.held()).toBe(1);
  expect(await site.store.post(form, { content: infected })).toMatchObject({ status: 204 });
  site.scanner.release();
  const { sha256 } = await site.becomes(id, 'ready');
  const served = hashOf((await site.download(id)).content);
  expect(served).toBe(hashOf(clean));
  expect(served).toBe(sha256);
  expect(site.scanner.hashes()).toContain(served);
});

test('a form that is used again after its file is ready changes nothing that is served', async () => {
  await using _work = await site.work();
  const { id, form } = await confirmed(clean);
  await site.becomes(id, 'ready');
  expect(await site.store.post(form, { content: infected })).toMatchObject({ status: 204 });
  expect((await site.ask('POST', `/v2/uploads/${id}/confirm`)).status).toBe(202);
  expect(hashOf((await site.download(id)).content)).toBe(hashOf(clean));
  expect(await site.becomes(id, 'ready')).toMatchObject({ sha256: hashOf(clean) });
});

test('an infected file is rejected, and nothing of it is kept', async () => {
  await using _work = await site.work();
  const { id } = await confirmed(infected);
  expect(await site.becomes(id, 'rejected')).toMatchObject({ reason: 'infected', sha256: null });
  await expect.poll(async () => (await site.store.list()).filter(({ key }) => key.includes(id))).toEqual([]);
});

test('twenty confirmations at the same time start one scan, and have one answer', async () => {
  await using _one = await site.work();
  await using _two = await site.work();
  const content = await imageOf('png', { width: 33, height: 21 });
  const { id } = await site.send(content);
  const confirm = () => site.ask('POST', `/v2/uploads/${id}/confirm`);
  const answers = await Promise.all(Array.from({ length: 20 }, confirm));
  expect(new Set(answers.map(({ status, json }) => JSON.stringify([status, json]))).size).toBe(1);
  await site.becomes(id, 'ready');
  expect((await confirm()).json).toEqual(answers[0]?.json);
  expect(site.scanner.hashes().filter((hash) => hash === hashOf(content))).toHaveLength(1);
});

test('what is confirmed without having been sent stays pending', async () => {
  await using _work = await site.work();
  const { id } = await site.announce(clean, VIDEO);
  expect(await site.ask('POST', `/v2/uploads/${id}/confirm`)).toMatchObject({
    status: 409,
    json: { code: 'UPLOAD_INCOMPLETE' },
  });
  expect((await site.ask('GET', `/v2/uploads/${id}`)).json.status).toBe('pending');
});
