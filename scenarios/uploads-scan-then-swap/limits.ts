/** What ShelfWise is told in its environment, and what the story says. Small, so that a grade sends little. */
export const imageBytesMax = 150_000;
export const videoBytesMax = 300_000;
/** What is signed for one upload stays good long after its file is ready. */
export const formSeconds = 60;
/** An announced file that comes within this time is taken. */
export const formSecondsMin = 3;
/** Whatever was confirmed is decided this soon, when nothing is wrong, or nothing is any more. */
export const decidedWithinMs = 8_000;
/** The scanner is given up when it has been silent for so long. */
export const scanTimeoutMs = 1_200;
/** A scanner that takes so long is slow, and not away. */
export const slowScanMs = 600;
/** A stream that is longer than this, the scanner does not read to its end while it has its limit. */
export const scannerBytesMax = 120_000;
/** How often the store is held against the database here, and how old must be what is judged by that. */
export const reconcileMs = 2_000;
export const graceSeconds = 2;
/** A worker that does not stir for so long has lost what it had in hand. */
export const leaseMs = 2_000;
