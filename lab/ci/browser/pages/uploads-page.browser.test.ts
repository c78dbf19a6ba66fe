import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TEST_PASSWORD } from '../../../service/src/testing/test-service.ts';
import { htmlPage, imageOf, withPngChunk } from '../../../service/src/uploads/testing/test-images.ts';
import { startUploadsSite, type UploadsSite } from '../../../service/src/uploads/testing/test-uploads.ts';
import { axeProblems, sidewaysPx } from '../accessibility.ts';
import { walkByKeyboard } from '../keyboard.ts';
import { launchBrowser } from '../launch-browser.ts';
import { type Look, looks, type OpenedPage, openPage } from '../open-page.ts';

const IMAGE_MAX_BYTES = 3_000_000;
const PATIENCE = { timeout: 20_000, interval: 20 };
const narrow: Look = { width: 360, colours: 'light' };

let browser: Browser;
let site: UploadsSite;
let photo: Buffer;
/** In so many pieces that its way can be watched. */
let largePhoto: Buffer;
beforeAll(async () => {
  site = await startUploadsSite({ UPLOAD_IMAGE_MAX_BYTES: String(IMAGE_MAX_BYTES), UPLOAD_RETRY_MS: '500' });
  await site.work();
  photo = await imageOf('png', { width: 900, height: 600 });
  largePhoto = await imageOf('png', { width: 3_000, height: 2_500 });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await site?.[Symbol.asyncDispose]();
});

const open = (look: Look = narrow) => openPage(browser, `${site.url}/uploads`, look);

async function signIn(page: Page, password = TEST_PASSWORD): Promise<void> {
  await page.getByLabel('Shop').fill(site.tenant.slug);
  await page.getByLabel('E-mail').fill(`admin@${site.tenant.slug}.example`);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function openSignedIn(look: Look = narrow): Promise<OpenedPage> {
  const opened = await open(look);
  await signIn(opened.page);
  await opened.page.locator('#send').waitFor();
  return opened;
}

/** Chooses a file and sends it; resolves with its entry in the list. */
async function send(page: Page, name: string, buffer: Buffer, mimeType = 'image/png'): Promise<Locator> {
  await page.locator('#files').setInputFiles({ name, mimeType, buffer });
  await page.getByRole('button', { name: 'Send' }).click();
  return page.getByRole('listitem').filter({ hasText: name });
}

async function says(entry: Locator, text: string | RegExp): Promise<void> {
  await expect.poll(() => entry.locator('.status').textContent(), PATIENCE).toMatch(text);
}

test('a wrong password is told, and the right one leads to the files', async () => {
  await using opened = await open();
  const { page } = opened;
  await signIn(page, 'wrong');
  await expect.poll(() => page.locator('#message').textContent(), PATIENCE).toMatch('password');
  await signIn(page);
  await expect
    .poll(() => page.locator('#files').evaluate((input) => input === document.activeElement), PATIENCE)
    .toBe(true);
  expect(await page.locator('#message').textContent()).toBe('');
});

test('a picture is sent with its progress, shown, had again and deleted', async () => {
  await using opened = await openSignedIn();
  const { page } = opened;
  const session = await page.context().newCDPSession(page);
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: largePhoto.length / 2 };
  await session.send('Network.emulateNetworkConditions', slow);
  const entry = await send(page, 'cover.png', largePhoto);
  const percents = new Set<number>();
  const readPercent = async () => {
    const percent = Number(await entry.getByRole('progressbar').getAttribute('value'));
    if (percent > 0 && percent < 100) percents.add(percent);
    return percents.size;
  };
  await expect.poll(readPercent, PATIENCE).toBeGreaterThan(1);
  await says(entry, /^Ready/);
  const thumbnail = entry.getByRole('img', { name: 'Thumbnail of cover.png' });
  await expect.poll(() => thumbnail.evaluate((image: HTMLImageElement) => image.naturalWidth), PATIENCE).toBe(300);
  const downloading = page.waitForEvent('download');
  await entry.getByRole('button', { name: 'Download' }).click();
  expect(await readFile(await (await downloading).path())).toEqual(largePhoto);
  await entry.getByRole('button', { name: 'Delete' }).click();
  await entry.waitFor({ state: 'detached' });
  expect(opened.complaints).toEqual([]);
  expect(opened.refused).toEqual([]);
});

test.each([
  ['too large', 'large.png', () => Buffer.alloc(IMAGE_MAX_BYTES + 1), 'image/png', /^Not taken: .*too large/],
  ['empty', 'empty.png', () => Buffer.alloc(0), 'image/png', /^Not taken: .*empty/],
  ['of another kind', 'notes.txt', () => Buffer.from('words'), 'text/plain', /^Not taken: .*JPEG, PNG, WebP or MP4/],
  ['no picture inside', 'page.png', htmlPage, 'image/png', /^Rejected: its content is no JPEG/],
  [
    'infected',
    'virus.png',
    () => withPngChunk(photo, 'tEXt', Buffer.from('VIRUS')),
    'image/png',
    /^Rejected: the virus/,
  ],
])('a file that is %s is told why, and can be put away', async (_what, name, content, type, words) => {
  await using opened = await openSignedIn();
  const entry = await send(opened.page, name, content(), type);
  await says(entry, words);
  expect(await entry.getByRole('button', { name: 'Try again' }).isVisible()).toBe(false);
  await entry.getByRole('button', { name: /Delete|Remove/ }).click();
  await entry.waitFor({ state: 'detached' });
});

test('while the scanner is away a file waits, says so once, and goes on by itself', async () => {
  await using opened = await openSignedIn();
  site.scanner.behave({ kind: 'hang-up' });
  const entry = await send(opened.page, 'waits.png', photo);
  const texts: string[] = [];
  await opened.page.exposeFunction('onStatus', (text: string) => texts.push(text));
  await says(entry, /^Arrived/);
  await entry.locator('.status').evaluate((status) => {
    const { onStatus } = globalThis as unknown as { onStatus: (text: string | null) => void };
    new MutationObserver(() => onStatus(status.textContent)).observe(status, { childList: true });
  });
  await says(entry, /takes longer/);
  site.scanner.behave();
  await says(entry, /^Ready/);
  // Each change is read out to those who do not see the page.
  expect(texts.length).toBeLessThanOrEqual(3);
});

test('a service that is away is told, and the file is sent again', async () => {
  await using opened = await openSignedIn();
  const { page } = opened;
  await page.context().setOffline(true);
  const entry = await send(page, 'again.png', photo);
  await says(entry, /cannot be reached/);
  await page.context().setOffline(false);
  await entry.getByRole('button', { name: 'Try again' }).click();
  await says(entry, /^Ready/);
});

test('who is signed out meanwhile signs in again, and goes on', async () => {
  await using opened = await openSignedIn();
  const { page } = opened;
  await page.route('**/v2/uploads', (route) => route.continue({ headers: { authorization: 'Bearer old' } }), {
    times: 1,
  });
  const entry = await send(page, 'late.png', photo);
  await says(entry, /[Ss]ign in/);
  await signIn(page);
  await entry.getByRole('button', { name: 'Try again' }).click();
  await says(entry, /^Ready/);
});

test.each(looks)(
  '$width px, $colours: axe finds nothing, nobody scrolls sideways, Tab reaches everything',
  async (look) => {
    await using opened = await open(look);
    const { page } = opened;
    const check = async () => {
      expect(await axeProblems(page)).toEqual([]);
      expect(await sidewaysPx(page)).toBe(0);
      expect((await walkByKeyboard(page)).problems).toEqual([]);
    };
    await check();
    await signIn(page, 'wrong');
    await expect.poll(() => page.locator('#message').textContent(), PATIENCE).toMatch('password');
    await check();
    await signIn(page);
    await page.locator('#send').waitFor();
    await says(await send(page, `${'a-long-name-'.repeat(12)}.png`, photo), /^Ready/);
    await says(await send(page, 'large.png', Buffer.alloc(IMAGE_MAX_BYTES + 1)), /too large/);
    await says(await send(page, 'page.png', htmlPage()), /^Rejected/);
    await check();
  },
);
