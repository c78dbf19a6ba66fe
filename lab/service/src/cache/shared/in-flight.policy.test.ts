import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { seededRandom } from '../../limits/testing/seeded-random.ts';
import { recordingLog } from '../../testing/recording-log.ts';
import { createEncloseChange } from '../enclose-change.ts';
import { createLoadCap } from '../loads/load-cap.ts';
import { createTaggedCache } from '../tagged-cache.ts';
import { createMemoryStore } from '../testing/memory-store.ts';

const FETCH_MS_MAX = 15;
const TAGS = ['book:1'];
const kind = { name: 'price', version: 1, cacheClass: 'dynamic', schema: z.number() } as const;
const context = { tenantId: 'tenant', requestId: 'request', usage: { queries: 0 } };

/** A shared cache as Varnish is one: it stores what arrives, and a purge finds what is stored and nothing else. */
function createModel(seed: number) {
  const { next: random } = seededRandom(seed);
  const log = recordingLog([]);
  const cache = createTaggedCache({
    store: createMemoryStore(),
    loads: createLoadCap({ loadsMax: 5 }),
    metrics: { read() {}, purged() {} },
    log,
  });
  let [committed, hits, tooLate] = [0, 0, 0];
  let stored: number | undefined;

  const load = async () => {
    const seen = committed;
    await sleep(random() * 5);
    return seen;
  };
  return {
    enclose: (wait: boolean) => {
      const clear = async () => {
        if (wait) await sleep(FETCH_MS_MAX + 10);
        stored = undefined;
      };
      return createEncloseChange({ cache, shared: { clear }, log });
    },
    commit: async (price: number) => {
      await sleep(random() * 3);
      committed = price;
    },
    async get(): Promise<number | undefined> {
      if (stored !== undefined) {
        hits += 1;
        return stored;
      }
      const startedAtMs = performance.now();
      const { value, settled } = await cache.read({ kind, scope: 'tenant', id: '1', tags: TAGS, load });
      await sleep(random() * 2 * FETCH_MS_MAX);
      const inTime = performance.now() - startedAtMs <= FETCH_MS_MAX;
      if (settled && inTime) stored = value;
      if (!inTime) tooLate += 1;
      return value;
    },
    seen: () => ({ hits, tooLate }),
  };
}

/** Readers while a price is changed again and again; what they were given although its change had been answered. */
async function staleReads(seed: number, { wait }: { wait: boolean }) {
  const model = createModel(seed);
  const enclose = model.enclose(wait);
  let answered = 0;
  let stopped = false;
  const stale: string[] = [];
  const readers = Array.from({ length: 6 }, async () => {
    while (!stopped) {
      const since = answered;
      const price = (await model.get()) ?? -1;
      if (price < since) stale.push(`${price} after ${since}`);
      await sleep(1);
    }
  });
  for (let price = 1; price <= 20; price += 1) {
    await enclose(context, TAGS, () => model.commit(price));
    answered = price;
    await sleep(15);
  }
  stopped = true;
  await Promise.all(readers);
  return { stale, ...model.seen() };
}

test('after its change is answered nobody is given an old price, however late an answer arrives at the cache', async () => {
  const { stale, hits, tooLate } = await staleReads(1, { wait: true });
  expect(stale).toEqual([]);
  // Else nothing was kept, or nothing was on its way.
  expect([hits > 100, tooLate > 10]).toEqual([true, true]);
});

test('a purge that does not wait for what is on its way leaves old prices behind', async () => {
  expect((await staleReads(1, { wait: false })).stale).not.toEqual([]);
});
