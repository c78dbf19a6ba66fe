import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { mp4Of } from '../testing/test-images.ts';
import { startTestLink } from '../testing/test-link.ts';
import type { ScanBehaviour } from '../testing/test-scanner.ts';
import { startUploadsSite, type TestWork, type UploadsSite } from '../testing/test-uploads.ts';

let site: UploadsSite;
beforeAll(async () => {
  site = await startUploadsSite();
});
afterAll(() => site?.[Symbol.asyncDispose]());
afterEach(() => site.scanner.release());

const VIDEO = { kind: 'video', contentType: 'video/mp4' };
const statusOf = async (id: string) => (await site.ask('GET', `/v2/uploads/${id}`)).json.status;
/** Lines of attempts that did not settle it. */
const attemptsAt = (work: TestWork, id: string) =>
  work.logs.filter(({ fields }) => fields.uploadId === id && /postponed|retried/.test(String(fields.outcome)));

test.each<[string, ScanBehaviour, string]>([
  ['is silent', { kind: 'silent' }, 'postponed'],
  ['hangs up', { kind: 'hang-up' }, 'retried'],
  ['stops reading', { kind: 'stuck' }, 'postponed'],
  ['says nonsense', { kind: 'reply', text: 'stream: WHAT' }, 'retried'],
])('while the scanner %s nothing is ready; afterwards it is', async (_name, behaviour, outcome) => {
  await using work = await site.work({ SCAN_TIMEOUT_MS: '150', UPLOAD_ATTEMPTS_MAX: '100' });
  site.scanner.behave(behaviour);
  const id = await site.upload(mp4Of(500_000), VIDEO);
  await expect.poll(() => attemptsAt(work, id).length, { timeout: 20_000 }).toBeGreaterThan(1);
  expect(attemptsAt(work, id)[0]?.fields).toMatchObject({
    outcome,
    tenant: site.tenant.id,
    requestId: expect.any(String),
  });
  expect(await statusOf(id)).toBe('scanning');
  site.scanner.release();
  await site.becomes(id, 'ready');
});

test('while the scanner is away nothing is ready, and no object is copied; afterwards it is', async () => {
  await using link = await startTestLink(`tcp://127.0.0.1:${site.scanner.port}`);
  await using work = await site.work({ CLAMD_ADDR: new URL(link.url).host });
  await link.refuse();
  const id = await site.upload(mp4Of(10_000), VIDEO);
  await expect.poll(() => attemptsAt(work, id).length, { timeout: 20_000 }).toBeGreaterThan(5);
  expect(await statusOf(id)).toBe('scanning');
  expect((await site.store.list('objects/')).filter(({ key }) => key.includes(id))).toEqual([]);
  await link.pass();
  await site.becomes(id, 'ready');
});

test('a file that the scanner does not read to its end has failed, whatever is at its end', async () => {
  await using _work = await site.work();
  site.scanner.behave({ kind: 'limit', bytes: 100_000 });
  const content = mp4Of(300_000);
  content.write('VIRUS', 299_000);
  const id = await site.upload(content, VIDEO);
  expect(await site.becomes(id, 'failed')).toMatchObject({ reason: 'too-large-to-scan' });
});

test('nonsense to the last attempt is a failure', async () => {
  await using _work = await site.work({ UPLOAD_ATTEMPTS_MAX: '2' });
  site.scanner.behave({ kind: 'reply', text: 'no verdict' });
  const id = await site.upload(mp4Of(10_000), VIDEO);
  expect(await site.becomes(id, 'failed')).toMatchObject({ reason: 'attempts-exhausted' });
});

test('a store that breaks off in the middle of a body is an outage, and not the end of a file', async () => {
  await using link = await startTestLink(site.store.settings.endpoint);
  await using work = await site.work({ S3_ENDPOINT: link.url, S3_TIMEOUT_MS: '500' });
  link.cutAfter(200_000);
  const id = await site.upload(mp4Of(2_000_000), VIDEO);
  await expect.poll(() => attemptsAt(work, id).length, { timeout: 20_000 }).toBeGreaterThan(0);
  expect(await statusOf(id)).toBe('scanning');
  await link.pass();
  await site.becomes(id, 'ready');
});
