/** What ShelfWise is told in its environment, and what the story says. Small, so that a grade sends little. */
export const imageBytesMax = 150_000;
export const videoBytesMax = 300_000;
/** What is signed for one upload is good for this long. */
export const formSeconds = 6;
/** An announced file that comes within this time is still taken: a signature names whole seconds. */
export const formSecondsMin = 3;
/** What was announced and never confirmed is gone this long after its form has ended. */
export const clearedAfterMs = 8_000;
/** Whatever was confirmed is decided this soon, when nothing is wrong. */
export const decidedWithinMs = 8_000;
/** What may go over a connection between the API and the store for one upload, in each direction. */
export const apiBytesMax = 64_000;
