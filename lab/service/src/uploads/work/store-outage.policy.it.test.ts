import { afterAll, beforeAll, expect, test } from 'vitest';
import { imageOf } from '../testing/test-images.ts';
import { startTestLink } from '../testing/test-link.ts';
import { startUploadsSite, type TestWork, type UploadsSite } from '../testing/test-uploads.ts';

let site: UploadsSite;
beforeAll(async () => {
  site = await startUploadsSite();
});
afterAll(() => site?.[Symbol.asyncDispose]());

/** Uploads that the worker has in hand at the same time. */
const PLACES = 10;

const statusOf = async (id: string) => (await site.ask('GET', `/v2/uploads/${id}`)).json.status;
/** Lines of attempts that did not settle it. */
const attemptsAt = (work: TestWork, id: string) =>
  work.logs.filter(({ fields }) => fields.uploadId === id && /postponed|retried/.test(String(fields.outcome)));

test('a store that swallows everything holds nobody up: the backlog is done soon after it is back', async () => {
  await using link = await startTestLink(site.store.settings.endpoint);
  await using work = await site.work({
    S3_ENDPOINT: link.url,
    S3_TIMEOUT_MS: '300',
    UPLOAD_CONCURRENCY: String(PLACES),
  });
  link.swallow();
  const image = await imageOf('png', { width: 30, height: 30 });
  const ids = await Promise.all(Array.from({ length: 30 }, () => site.upload(image)));
  const timesTried = () => Math.min(...ids.map((id) => attemptsAt(work, id).length));
  // An outage ends for all at once, so their pauses stay short.
  await expect
    .poll(timesTried, { timeout: 20_000, message: 'attempts at each upload while the store is silent' })
    .toBeGreaterThanOrEqual(2);
  const statuses = await Promise.all(ids.map(statusOf));
  for (const status of statuses) expect(['uploaded', 'scanning']).toContain(status);
  // Nobody waits on a connection that was given up.
  expect(link.connections(), 'connections to a store that was given up').toBeLessThanOrEqual(8 * PLACES);
  const healedAtMs = performance.now();
  await link.pass();
  for (const id of ids) await site.becomes(id, 'ready');
  expect(performance.now() - healedAtMs, 'ms until the backlog is done').toBeLessThan(30_000);
});
