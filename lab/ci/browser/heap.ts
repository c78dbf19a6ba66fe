import type { Page } from 'playwright-core';

/** What a page holds on to once everything that nobody needs is gone. */
export interface Held {
  /** Of the scripts' heap. */
  readonly bytes: number;
  /** Nodes of documents, also those that only a script still knows. */
  readonly nodes: number;
  readonly listeners: number;
}

/** Collects garbage, then counts. */
export async function heldBy(page: Page): Promise<Held> {
  const session = await page.context().newCDPSession(page);
  try {
    // What a first round sets free may have held more.
    await session.send('HeapProfiler.collectGarbage');
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
    return { bytes: usedSize, nodes, listeners: jsEventListeners };
  } finally {
    await session.detach();
  }
}
