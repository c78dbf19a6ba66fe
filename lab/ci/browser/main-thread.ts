import type { Page } from 'playwright-core';

/** Milliseconds that the main thread of the page has worked since it was opened; what others took of the processor is not in it. */
export async function watchMainThread(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const seconds = metrics.find(({ name }) => name === 'TaskDuration')?.value;
    if (seconds === undefined) throw new Error('The browser does not tell how long its tasks took.');
    return seconds * 1_000;
  };
}
