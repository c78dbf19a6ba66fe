import type { Page } from 'playwright-core';

/** What a walk through the page with the Tab key found. */
export interface Walk {
  /** The elements that got the focus, in this order, as a person would name them. */
  readonly stops: readonly string[];
  /** Elements that can be used and were never reached, stops whose focus cannot be seen. */
  readonly problems: readonly string[];
}

interface Stop {
  readonly name: string;
  readonly isFirst: boolean;
  readonly isClosed: boolean;
  readonly outlinePx: number;
  readonly isCovered: boolean;
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

const stopsMax = 500;
/** Room for the ring around an element. */
const marginPx = 8;
const outlineLeastPx = 2;

/** Goes from the top to the end with Tab, opens what is folded with Enter, and looks at each focus. */
export async function walkByKeyboard(page: Page): Promise<Walk> {
  const stops: string[] = [];
  const problems: string[] = [];
  await page.evaluate(beginAtTop);
  for (;;) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(describeFocus);
    if (stop === null || !stop.isFirst) break;
    if (stops.length === stopsMax) throw new Error(`The page has more than ${stopsMax} stops.`);
    stops.push(stop.name);
    problems.push(...(await problemsOf(page, stop)));
    if (stop.isClosed) await page.keyboard.press('Enter');
  }
  return { stops, problems: [...problems, ...(await page.evaluate(listMissed))] };
}

async function problemsOf(page: Page, { name, outlinePx, isCovered, box }: Stop): Promise<string[]> {
  const viewport = page.viewportSize();
  if (viewport === null) throw new Error('The page has no window.');
  if (isCovered) return [`${name} has the focus outside the window, or below something else.`];
  const left = Math.max(0, box.x - marginPx);
  const top = Math.max(0, box.y - marginPx);
  const clip = {
    x: left,
    y: top,
    width: Math.min(viewport.width, box.x + box.width + marginPx) - left,
    height: Math.min(viewport.height, box.y + box.height + marginPx) - top,
  };
  const focused = await page.screenshot({ clip });
  // Tab goes on from here all the same.
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const blurred = await page.screenshot({ clip });
  await page.evaluate(() => (globalThis as unknown as { lastStop: HTMLElement }).lastStop.focus());
  const isSeen = outlinePx >= outlineLeastPx && !focused.equals(blurred);
  return isSeen ? [] : [`${name} does not show that it has the focus (outline of ${outlinePx} px).`];
}

/** Runs in the page, as the others below do, so it refers to nothing around it. */
function beginAtTop(): void {
  Object.assign(globalThis, { reached: new Set() });
  scrollTo(0, 0);
  // From where the focus was last, Tab would go on.
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
}

/** Null where nothing has the focus. */
function describeFocus(): Stop | null {
  const element = document.activeElement;
  if (element === null || element === document.body || element === document.documentElement) return null;
  const walk = globalThis as unknown as { reached: Set<Element>; lastStop?: Element };
  const isFirst = !walk.reached.has(element);
  walk.reached.add(element);
  walk.lastStop = element;
  const { x, y, width, height } = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const middle = [Math.max(0, x) + Math.min(width, innerWidth) / 2, Math.max(0, y) + Math.min(height, 20) / 2] as const;
  const top = document.elementFromPoint(...middle);
  const text = element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 60) ?? '';
  return {
    name: `${element.localName}${element.id === '' ? '' : `#${element.id}`} “${text}”`,
    isFirst,
    isClosed: element.localName === 'summary' && !(element.parentElement as HTMLDetailsElement).open,
    outlinePx: style.outlineStyle === 'none' ? 0 : Number.parseFloat(style.outlineWidth),
    isCovered: top === null || !(element.contains(top) || top.contains(element)),
    box: { x, y, width, height },
  };
}

function listMissed(): string[] {
  const { reached } = globalThis as unknown as { reached: Set<Element> };
  return [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.matches(':disabled'))
    .filter((element) => !reached.has(element))
    .map((element) => `${element.localName} “${element.textContent?.trim().slice(0, 60)}” cannot be reached with Tab.`);
}
