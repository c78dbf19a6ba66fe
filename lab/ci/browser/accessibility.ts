import axe from 'axe-core';
import type { Page } from 'playwright-core';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const placesShown = 5;

/**
 * What axe has against the page as it is shown now: a rule, what it asks for, and where. What axe cannot tell is
 * left out: it takes each cell of a table that scrolls sideways for one that something else may cover.
 */
export async function axeProblems(page: Page): Promise<string[]> {
  // Evaluated, not added as a script: the page's own policy allows none.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    (values) => (globalThis as unknown as { axe: typeof axe }).axe.run(document, { runOnly: { type: 'tag', values } }),
    tags,
  );
  return violations.map(({ id, help, nodes }) => {
    const places = nodes.map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary ?? ''}`);
    return [`${id}: ${help}, ${nodes.length} times`, ...places.slice(0, placesShown)].join('\n');
  });
}

/** By how many CSS pixels the page is wider than its window; 0 where nobody has to scroll sideways. */
export async function sidewaysPx(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
}
