import type { Page } from 'playwright-core';

/** 4.5 for text, 3 for what is drawn: WCAG 1.4.3 and 1.4.11. */
const contrastLeast = { text: 4.5, drawn: 3 } as const;
const shown = 10;

/**
 * Text and marks that could not be told from the page's ground. Grounds of parts are left out, as paper does and as
 * forced colours do: ink has to be enough. `shades` are areas that only lie behind others.
 */
export async function paleInk(page: Page, ground: string, shades = '.none'): Promise<string[]> {
  const found = await page.evaluate(readInk, { ground, shades, contrastLeast });
  return [...new Set(found)].slice(0, shown);
}

interface Asked {
  readonly ground: string;
  readonly shades: string;
  readonly contrastLeast: { readonly text: number; readonly drawn: number };
}

/** Runs in the page, so it refers to nothing around it. */
function readInk({ ground, shades, contrastLeast: least }: Asked): string[] {
  const pixel = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  if (pixel === null) throw new Error('The browser has no canvas.');
  const channelsOf = (colour: string, below: string): number[] => {
    pixel.fillStyle = below;
    pixel.fillRect(0, 0, 1, 1);
    pixel.fillStyle = colour;
    pixel.fillRect(0, 0, 1, 1);
    return [...pixel.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
  };
  const light = (channels: number[]) =>
    channels
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
      .reduce((sum, value, at) => sum + value * ([0.2126, 0.7152, 0.0722][at] ?? 0), 0);
  const groundLight = light(channelsOf(ground, ground));
  const contrastOf = (colour: string) => {
    const own = light(channelsOf(colour, ground));
    return (Math.max(own, groundLight) + 0.05) / (Math.min(own, groundLight) + 0.05);
  };
  const name = (element: Element) => `${element.localName}.${element.getAttribute('class') ?? ''}`;
  const isSeen = (element: Element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    element.getBoundingClientRect().width > 1;

  const texts = [...document.querySelectorAll('body *')].flatMap((element) => {
    const own = [...element.childNodes].some(
      ({ nodeType, data }: ChildNode & { data?: string }) => nodeType === 3 && data?.trim(),
    );
    if (!own || element.closest('svg, script, style, noscript, option, [aria-hidden="true"]') || !isSeen(element))
      return [];
    const { color } = getComputedStyle(element);
    return contrastOf(color) < least.text ? [`the text of ${name(element)} is ${color}`] : [];
  });
  const marks = [...document.querySelectorAll('main svg :is(path, rect, line, circle, text)')].flatMap((element) => {
    if (element.matches(shades) || !isSeen(element)) return [];
    const { fill, stroke } = getComputedStyle(element);
    const inks = [fill, stroke].filter((ink) => ink !== 'none');
    return inks.some((ink) => contrastOf(ink) >= least.drawn)
      ? []
      : [`the mark ${name(element)} is ${inks.join(' and ')}`];
  });
  return [...texts, ...marks];
}
