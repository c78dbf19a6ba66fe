import { expect, test } from 'vitest';
import { mostInAnyWindow } from '../kernel/in-window.ts';
import { createRandom } from '../kernel/random.ts';
import { attemptOfLayer, attemptsInAll, type Jitter, nominalMs, pauseMs } from './pauses.ts';
import { RETRY_BUDGET, retryCalls } from './retry-calls.ts';
import { amplification, callsOf, countOf, recoveredMs } from './retry-figures.ts';

const SETTINGS = { baseMs: 1_000, capMs: 8_000 };
const draws = Array.from({ length: 10_001 }, (_, index) => index / 10_001);
const pausesOf = (jitter: Jitter, attempt: number) =>
  draws.map((draw) => pauseMs(jitter, { attempt, lastPauseMs: 0 }, SETTINGS, () => draw));

test('the nominal pause doubles up to the cap', () => {
  expect([1, 2, 3, 4, 5, 60].map((attempt) => nominalMs(attempt, SETTINGS))).toEqual([
    1_000, 2_000, 4_000, 8_000, 8_000, 8_000,
  ]);
});

test.each([
  ['none', 1, 1, 1],
  ['full', 0, 0.5, 1],
  ['equal', 0.5, 0.75, 1],
  ['both', 0.7, 1, 1.3],
] as const)(
  'jitter %s gives pauses from %d times the nominal one, %d on average, to %d',
  (jitter, least, mean, most) => {
    for (const attempt of [1, 3, 4, 9]) {
      const pauses = pausesOf(jitter, attempt).map((pause) => pause / nominalMs(attempt, SETTINGS));
      expect(Math.min(...pauses)).toBeCloseTo(least, 2);
      expect(pauses.reduce((sum, pause) => sum + pause, 0) / pauses.length).toBeCloseTo(mean, 2);
      expect(Math.max(...pauses)).toBeCloseTo(most, 2);
    }
  },
);

test('decorrelated pauses lie between the base, three times the last one and the cap', () => {
  const random = createRandom(2).next;
  let lastPauseMs = 0;
  for (let attempt = 1; attempt < 5_000; attempt += 1) {
    const pause = pauseMs('decorrelated', { attempt, lastPauseMs }, SETTINGS, random);
    const most = Math.min(SETTINGS.capMs, Math.max(SETTINGS.baseMs, 3 * lastPauseMs));
    if (pause < SETTINGS.baseMs || pause > most) throw new Error(`${pause} after ${lastPauseMs}`);
    lastPauseMs = pause;
  }
});

test('layers that try again multiply: three times three times three is 27', () => {
  expect(attemptsInAll(3, 3)).toBe(27);
  const layered = Array.from({ length: 26 }, (_, made) => attemptOfLayer(made + 1, 3));
  // The innermost layer fails twice and gives up, the next one waits once more, and so on.
  expect(layered.slice(0, 9)).toEqual([1, 2, 1, 1, 2, 2, 1, 2, 1]);
});

const WORLD = {
  seed: 1,
  endMs: 120_000,
  clients: 100,
  outageMs: 30_000,
  capacity: 50,
  overload: 'refuse' as const,
  baseMs: 1_000,
  capMs: 8_000,
  attempts: 6,
};
const NONE = { jitter: 'none', layers: 1, budget: 'off' } as const;
const forEver = { outageMs: 1_000_000, endMs: 2_000_000 };

test.each([
  [1, 3, 3],
  [2, 3, 9],
  [3, 3, 27],
  [2, 5, 25],
])('%i layers of %i attempts each make %i calls of one while the provider is away', (layers, attempts, expected) => {
  const events = retryCalls({ ...NONE, layers }, { ...WORLD, ...forEver, attempts });
  expect(amplification(events, WORLD.clients)).toBe(expected);
  expect(countOf(events, 'gave-up')).toBe(WORLD.clients);
});

const tallestWave = (jitter: Jitter, fromMs: number) => {
  const times = callsOf(retryCalls({ ...NONE, jitter }, WORLD)).map(({ atMs }) => atMs);
  return mostInAnyWindow(
    times.filter((atMs) => atMs >= fromMs),
    200,
  );
};

test('without jitter all come together each time, and with it ever less so', () => {
  expect(tallestWave('none', 1)).toBe(100);
  for (const jitter of ['full', 'equal', 'both', 'decorrelated'] as const) {
    expect(tallestWave(jitter, 14_000), jitter).toBeLessThan(20);
  }
});

test('without jitter, waves find a provider that is back full again and again', () => {
  const outageMs = 14_000;
  const recovered = (jitter: Jitter) =>
    recoveredMs(retryCalls({ ...NONE, jitter }, { ...WORLD, outageMs, attempts: 20 }), WORLD.clients, outageMs);
  expect(recovered('both')).toBeLessThan(12_000);
  // The first wave that finds it comes at 15 s. 10 of each are served, and the next one comes eight seconds later.
  expect(recovered('none')).toBe(15_000 + 9 * 8_000 - outageMs);
});

test('who falls over under a wave is away for the next one, and served later', () => {
  const world = { ...WORLD, outageMs: 10_000, attempts: 8, overload: 'fall' as const };
  expect(countOf(retryCalls(NONE, world), 'fell')).toBeGreaterThan(3);
  expect(countOf(retryCalls({ ...NONE, jitter: 'both' }, world), 'fell')).toBeLessThan(3);
});

test('a budget bounds what is tried again, whatever the pauses and layers are', () => {
  for (const layers of [1, 2, 3]) {
    for (const jitter of ['none', 'full', 'both'] as const) {
      const world = { ...WORLD, outageMs: 60_000, endMs: 59_999 };
      const calls = callsOf(retryCalls({ jitter, layers, budget: 'on' }, world)).length;
      // The first attempts have emptied it. Half of it has to be there for a retry, and each one costs a token.
      const most = WORLD.clients + 60 * RETRY_BUDGET.perSecond - RETRY_BUDGET.max / 2 + 1;
      expect(calls).toBeLessThanOrEqual(most);
      expect(calls).toBeGreaterThan(WORLD.clients + 40);
    }
  }
});

test('every client is served or given up, once', () => {
  for (const jitter of ['none', 'full', 'equal', 'both', 'decorrelated'] as const) {
    const events = retryCalls({ ...NONE, jitter }, { ...WORLD, endMs: 1_000_000 });
    expect(countOf(events, 'served') + countOf(events, 'gave-up')).toBe(WORLD.clients);
  }
});
