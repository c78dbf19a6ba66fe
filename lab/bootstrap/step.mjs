import process from 'node:process';

const SILENT_MS = 1_000;
const BEAT_MS = 5_000;

/**
 * Runs a step and says so on stderr once it takes over a second: what it is, a sign of life every few seconds,
 * and how long it took.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const startedAt = performance.now();
  const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  let said = false;
  const first = setTimeout(() => {
    said = true;
    say(`${title} …`);
  }, SILENT_MS);
  const beat = setInterval(() => say(`${title} … ${seconds()}`), BEAT_MS);
  try {
    const result = await work();
    if (said) say(`${title}: done in ${seconds()}`);
    return result;
  } finally {
    clearTimeout(first);
    clearInterval(beat);
  }
}

/** @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`);
}
