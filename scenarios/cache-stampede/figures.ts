/** Figures of the story that experiments and checks share. A minute of production is a second here. */

/** How long the page of a book is kept: five minutes in production. */
export const keptMs = 5_000;
/** What is on a page, or is said to be on none, may be this old where nobody told ShelfWise of a change. */
export const ageMsMax = 6_000;
/** Looks at a page are this far apart: what looks can tell of pages that end together. */
export const windowMs = 250;
/**
 * Of pages that were made together, this share at most may be made again in one window. With lives of 4.5 to 5.5 s, and
 * looks 350 ms apart, 0.63 of them at the most look as if they had lived equally long in 4,000 drawn runs of sixty pages;
 * with equal lives all do.
 */
export const windowShareMax = 0.75;
/** Until then nearly all of them are answered from the cache. */
export const restMs = 3_000;
export const earlyShareMax = 0.2;

export const replicas = 3;
/** Readers who ask for one page at one moment. */
export const readers = 90;
/** Beyond the time that the page takes to be made. */
export const waitMsMax = 1_000;
/** Where the replica that was making the page has died. */
export const waitAfterDeathMsMax = 2_000;
/** Of the public's requests, at rest. */
export const ratePerSecond = 100;
export const statementsPerSecondMax = 20;
