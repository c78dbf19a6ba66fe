import type { Locator } from 'playwright-core';

/** Every colour of the pixels that show an element, as `#rrggbb`. */
export async function coloursOf(element: Locator): Promise<ReadonlySet<string>> {
  const browser = element.page().context().browser();
  if (browser === null) throw new Error('The page has no browser.');
  const picture = (await element.screenshot()).toString('base64');
  // In a page of its own, since the policy of the page that is looked at lets it read no picture.
  const page = await browser.newPage();
  try {
    return new Set(await page.evaluate(readColours, picture));
  } finally {
    await page.close();
  }
}

/** Runs in the page, so it refers to nothing around it. */
async function readColours(picture: string): Promise<string[]> {
  const bytes = Uint8Array.from(atob(picture), (character) => character.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  if (context === null) throw new Error('The browser has no canvas.');
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  const found = new Set<string>();
  for (let at = 0; at < data.length; at += 4) {
    const channels = [...data.subarray(at, at + 3)];
    found.add(`#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`);
  }
  return [...found];
}
