import type { DatabaseHold, ExperimentHandle, Held } from '@lab/sdk';
import { expect, test } from 'vitest';
import { fakeHandle } from '../../shared/testing/fake-handle.ts';
import { readerHeld } from './cache-faults.ts';
import { emptiedAfter, emptiedMidway } from './emptied-cache.ts';
import { bulkWrite } from './held-writers.ts';
import { reread } from './looking-again.ts';
import { overtakenWriter } from './overtaken-writer.ts';

const books = ['book-1', 'book-2'].map((id) => ({ id, slug: 'shop-07', title: 'A', price_cents: 5 }));

/** A handle that writes down what is done to parts, and what is sent meanwhile. */
function recorded({ blocks = true, priceCents = 0 } = {}) {
  const events: string[] = [];
  const held = (what: string): Held => {
    events.push(what);
    const release = async (): Promise<void> =>
      void (events.includes(`end of ${what}`) || events.push(`end of ${what}`));
    return { release, [Symbol.asyncDispose]: release };
  };
  const fake = fakeHandle({
    rows: books,
    // Which books, of which shop, and two prices that differ.
    integers: [0, 0, 100, 101],
    answer: ({ kind, view, replica }) => {
      events.push(`${kind} ${view} ${replica}`);
      return { body: { priceCents: 5 } };
    },
  });
  const hold = (): DatabaseHold => ({
    ...held('gate'),
    blocks: async () => blocks,
    firstBlocked: async () => (blocks ? 'api-1' : null),
  });
  const h: ExperimentHandle = {
    ...fake.h,
    cache: { ...fake.h.cache, command: async (name) => events.push(name) },
    database: {
      ...fake.h.database,
      query: async (sql, params) =>
        sql.startsWith('SELECT price_cents') ? [{ price_cents: priceCents }] : await fake.h.database.query(sql, params),
      gateCommits: async () => hold(),
    },
    links: {
      ...fake.h.links,
      hold: async (replica, dependency, what = 'requests') => held(`hold ${what} ${replica} ${dependency}`),
      delay: async (replicas, dependency) => held(`delay ${replicas.join()} ${dependency}`),
    },
  };
  return { ...fake, h, events };
}

test('of several prices that are saved in one request the last one is looked at', async () => {
  const { h, sent } = recorded();
  expect((await bulkWrite.run(h)).reached).toBe(true);
  const write = sent.find(({ kind }) => kind === 'write');
  expect(write?.body).toMatchObject({
    changes: [{ bookId: 'book-1' }, { bookId: 'book-2', priceCents: write?.value }],
  });
  expect(sent.at(-1)?.key).toBe('book-2');
});

test('the cache is emptied while the save is held, and readers come before it is let go', async () => {
  const { h, events } = recorded();
  expect((await emptiedMidway.run(h)).reached).toBe(true);
  const between = events
    .slice(events.indexOf('FLUSHALL') + 1, events.indexOf('end of gate'))
    .filter((event) => event.startsWith('read'));
  expect(between).toEqual(['read detail api-1', 'read detail api-3', 'read detail api-1', 'read detail api-3']);
  expect(events.indexOf('gate')).toBeLessThan(events.indexOf('FLUSHALL'));
  const apart = recorded({ blocks: false });
  expect((await emptiedMidway.run(apart.h)).reached).toBe(false);
  expect(apart.events).not.toContain('FLUSHALL');
});

test('nobody looks at the book between the save and the restart of the cache', async () => {
  const { h, events } = recorded();
  expect((await emptiedAfter.run(h)).reached).toBe(true);
  expect(events.indexOf('FLUSHALL') - events.indexOf('write detail api-2')).toBe(1);
});

test('the second save is sent when the first has begun, and all is over before anybody looks', async () => {
  const overtaken = recorded({ priceCents: 100 });
  expect((await overtakenWriter.run(overtaken.h)).reached).toBe(true);
  const { events } = overtaken;
  const slow = 'delay api-2 postgres';
  expect(events.slice(events.indexOf(slow), events.indexOf(`end of ${slow}`) + 1)).toEqual([
    slow,
    'write detail api-2',
    'write detail api-1',
    `end of ${slow}`,
  ]);
  expect((await overtakenWriter.run(recorded({ priceCents: 101 }).h)).reached).toBe(false);
});

test('the reader whose connection hangs is asked before it hears again', async () => {
  const { h, events } = recorded();
  await readerHeld.run(h);
  const between = events.slice(events.indexOf('hold replies api-2 redis-cache'));
  expect(between.indexOf('read detail api-2')).toBeGreaterThan(between.indexOf('write detail api-1'));
  expect(between.indexOf('read detail api-2')).toBeLessThan(between.indexOf('end of hold replies api-2 redis-cache'));
});

test('all books are read before minutes pass for the cache, and after', async () => {
  const { h, events } = recorded();
  h.use('book-1', 'book-2');
  expect((await reread.run(h)).facts).toEqual({ 'book-1': 5, 'book-2': 5 });
  expect(events.indexOf('EVAL')).toBe(6);
  expect(events).toHaveLength(13);
});
