import { createSingleFlight } from '@lab/service/policies/single-flight';
import { expect, test } from 'vitest';
import { createRandom } from '../kernel/random.ts';
import { type Guard, isEarly, stampedeSize } from './guards.ts';
import { makeReads } from './make-reads.ts';
import { type CacheEvent, readPages } from './read-pages.ts';
import { longestWaitMs, mostLoads, mostOfOneExpiry } from './stampede-figures.ts';

const WORLD = { endMs: 8_000, pages: 1, ttlMs: 5_000, loadMs: 1_000, slots: 1_000 };

interface Changes extends Partial<typeof WORLD> {
  readonly seed?: number;
  readonly perSecond?: number;
  readonly replicas?: number;
  readonly spread?: number;
}

function run(guard: Guard, { seed = 1, perSecond = 30, replicas = 3, spread = 0, ...changed }: Changes = {}) {
  const world = { ...WORLD, seed, ...changed };
  const { endMs, pages } = world;
  const reads = makeReads({ seed, perSecond, replicas, pattern: 'random', endMs, pages });
  return readPages(reads, { guard, spread }, world);
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const seeds = Array.from({ length: 200 }, (_, index) => index + 1);

test.each([
  [10, 3_000],
  [30, 1_000],
  [50, 200],
])('without a guard a miss at %i requests a second and loads of %i ms costs λ × T loads more', (perSecond, loadMs) => {
  const size = stampedeSize(perSecond, loadMs);
  const mean = meanOf(seeds.map((seed) => mostOfOneExpiry(run('none', { seed, perSecond, loadMs, endMs: 9_500 }))));
  // The first reader, and those who come at random until it has filled: Poisson, so four standard errors.
  expect(Math.abs(mean - (1 + size))).toBeLessThan((4 * Math.sqrt(size)) / Math.sqrt(seeds.length));
});

test('of readers who come evenly, exactly those of one load time miss', () => {
  const reads = Array.from({ length: 400 }, (_, index) => ({ atMs: index * 20 + 7, page: 0, replica: 0 }));
  expect(mostOfOneExpiry(readPages(reads, { guard: 'none', spread: 0 }, { ...WORLD, seed: 1 }))).toBe(1_000 / 20 + 1);
});

test.each([1, 2, 3, 6])('single flight costs one load in each of %i replicas', (replicas) => {
  const most = seeds.map((seed) => mostOfOneExpiry(run('flight', { seed, replicas, perSecond: 60 })));
  expect(new Set(most)).toEqual(new Set([replicas]));
});

test.each(['lease', 'stale'] as const)('with %s a page is loaded once each time it ends', (guard) => {
  for (const seed of seeds) expect(mostOfOneExpiry(run(guard, { seed, perSecond: 80 }))).toBe(1);
});

test('who is shown the old copy waits for nothing, and the others wait for a load at the most', () => {
  expect(longestWaitMs(run('stale'))).toBe(0);
  expect(longestWaitMs(run('lease'))).toBeGreaterThan(900);
  expect(longestWaitMs(run('lease'))).toBeLessThanOrEqual(1_000);
});

test('few slots of the database make the stampede last longer', () => {
  const enough = { endMs: 40_000, ttlMs: 18_000 };
  const [many, few] = [run('none', enough), run('none', { ...enough, slots: 2 })];
  expect(longestWaitMs(few)).toBeGreaterThan(4 * longestWaitMs(many));
});

test('pages that were filled together end together, unless their lifetimes differ', () => {
  const warmed = { pages: 40, perSecond: 100, loadMs: 300 };
  const most = (spread: number) =>
    meanOf(seeds.slice(0, 20).map((seed) => mostLoads(run('lease', { ...warmed, spread, seed }))));
  expect(most(0)).toBeGreaterThan(20);
  expect(most(20)).toBeLessThan(most(0) / 2);
});

test('the nearer its end, the likelier is a page made again early: 1 in e one load time before it', () => {
  const random = createRandom(4);
  const share = (leftMs: number) => {
    const early = Array.from({ length: 20_000 }, () =>
      isEarly({ nowMs: 0, endsAtMs: leftMs, loadMs: 1_000 }, random.next()),
    );
    return early.filter(Boolean).length / 20_000;
  };
  // P(−T ln u ≥ left) = e^(−left / T).
  expect(share(1_000)).toBeCloseTo(Math.exp(-1), 1);
  expect(share(3_000)).toBeCloseTo(Math.exp(-3), 1);
  expect(share(0)).toBe(1);
});

test('the same setting gives the same run', () => {
  expect(run('early', { seed: 9 })).toEqual(run('early', { seed: 9 }));
});

/** What was called is settled before anything else happens. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await null;
}

test('the single flight of the model begins a load exactly where that of ShelfWise does', async () => {
  for (const seed of seeds.slice(0, 20)) {
    const events = run('flight', { seed, pages: 3, replicas: 1, perSecond: 40, endMs: 20_000, ttlMs: 2_000 });
    const flights = createSingleFlight<void>();
    const underway = new Map<string, () => void>();
    const begun: string[] = [];
    const expected: string[] = [];
    for (const event of events satisfies readonly CacheEvent[]) {
      if (event.kind === 'asked') expected.push(`${event.page}`);
      if (event.kind === 'miss') {
        const key = `${event.page}`;
        void flights.join(key, () => {
          begun.push(key);
          return new Promise((resolve) => underway.set(key, resolve));
        });
      }
      if (event.kind === 'ended') underway.get(`${event.page}`)?.();
      await settle();
    }
    expect(begun).toEqual(expected);
    expect(begun.length).toBeGreaterThan(10);
  }
});
