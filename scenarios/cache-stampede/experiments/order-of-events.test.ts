import type { DatabaseHold, ExperimentHandle, Held, RequestSpec } from '@lab/sdk';
import { expect, test } from 'vitest';
import { type Answer, fakeHandle } from '../../shared/testing/fake-handle.ts';
import { coldBook, coldList, nothingThere, unknownBook } from './crowds.ts';
import { firstGivesUp, loaderDies } from './leavers.ts';
import { heldLoad } from './saves.ts';
import { sideBySide } from './side-by-side.ts';
import { databaseGone } from './stores-gone.ts';
import { warmedTogether } from './warmed-together.ts';
import { lifeBegins, wholeLife } from './whole-life.ts';

const rows = Array.from({ length: 60 }, (_, index) => ({
  id: `book-${index}`,
  slug: 'shop-07',
  title: 'A',
  price_cents: 5,
}));

interface Options {
  readonly answer?: (spec: RequestSpec) => Answer;
  readonly blocks?: boolean;
  /** Statements counted at each look. */
  readonly counts?: readonly number[];
  /** Reads that have passed the cache by, at each look. */
  readonly away?: readonly number[];
}

/** A handle that writes down what is done to parts, and what is sent meanwhile. */
function recorded({
  answer = () => ({ body: { priceCents: 5, items: [], nextCursor: 'next' } }),
  blocks = true,
  counts = [],
  away = [],
}: Options = {}) {
  const events: string[] = [];
  const left = [...counts];
  const awayLeft = [...away];
  const held = (what: string): Held => {
    events.push(what);
    const release = async (): Promise<void> =>
      void (events.includes(`end of ${what}`) || events.push(`end of ${what}`));
    return { release, [Symbol.asyncDispose]: release };
  };
  const fake = fakeHandle({
    rows,
    answer: (spec) => {
      events.push(`${spec.view} ${spec.replica}`);
      return answer(spec);
    },
  });
  const h: ExperimentHandle = {
    ...fake.h,
    metrics: async (replica) =>
      replica === 'api-1' ? `tagged_cache_reads_total{class="page",outcome="away"} ${awayLeft.shift() ?? 0}\n` : null,
    clock: {
      nowMs: fake.h.clock.nowMs,
      sleep: async (ms) => {
        await new Promise((resolve) => setTimeout(resolve, 0));
        await fake.h.clock.sleep(ms);
      },
    },
    database: {
      ...fake.h.database,
      query: async (sql, params) =>
        sql.includes('pg_stat_statements')
          ? [{ kind: '7', calls: String(left.shift() ?? 0) }]
          : await fake.h.database.query(sql, params),
      activeSessions: async () => 0,
      lockTables: async (): Promise<DatabaseHold> => ({
        ...held('tables'),
        blocks: async () => blocks,
        firstBlocked: async () => (blocks ? 'api-1' : null),
      }),
    },
    links: {
      ...fake.h.links,
      hold: async (replica, dependency, what = 'requests') => held(`hold ${what} ${replica} ${dependency}`),
      delay: async (replicas, dependency) => held(`delay ${replicas.length} ${dependency}`),
      cut: async (replicas, dependency) => held(`cut ${replicas.length} ${dependency}`),
    },
    processes: {
      ...fake.h.processes,
      pause: async (replica) => held(`pause ${replica}`),
      kill: async (replica) => void events.push(`kill ${replica}`),
      start: async (replica) => events.push(`start ${replica}`) > 0,
    },
  };
  return { ...fake, h, events };
}

const placesOf = (events: readonly string[], prefix: string) =>
  events.flatMap((event, index) => (event.startsWith(prefix) ? [index] : []));

test('all readers lie before the replicas when they go on, and no page can be made before all have come', async () => {
  const { h, events, sleptMs } = recorded({ counts: [10, 11, 14] });
  const { reached, facts } = await coldBook.run(h);
  expect(facts).toMatchObject({ readers: 90, loneStatements: 1, statements: 3 });
  expect(reached).toBe(true);
  const crowd = placesOf(events, 'crowd');
  expect(crowd).toHaveLength(90);
  expect(events.indexOf('lone api-2')).toBeLessThan(events.indexOf('tables'));
  expect(events.indexOf('tables')).toBeLessThan(events.indexOf('delay 3 redis-cache'));
  expect(events.indexOf('pause api-3')).toBeLessThan(crowd[0] ?? 0);
  expect(events.indexOf('end of pause api-2')).toBeGreaterThan(crowd.at(-1) ?? 0);
  expect(events.indexOf('end of tables')).toBeGreaterThan(events.indexOf('end of delay 3 redis-cache'));
  expect(Math.max(...sleptMs)).toBeGreaterThan(1_800);
  expect(placesOf(events, 'beside').length).toBeGreaterThanOrEqual(3);
});

test.each([
  ['nobody asks the database', { blocks: false, counts: [0, 1] }],
  ['one reader alone costs nothing', { counts: [] }],
  ['the cache answered too late for most', { counts: [10, 11, 71], away: [4, 62] }],
])('a crowd proves nothing where %s', async (_name, options) => {
  expect((await coldBook.run(recorded(options).h)).reached).toBe(false);
});

test('a few that could not ask the cache do not excuse the others', async () => {
  const { reached, facts } = await coldBook.run(recorded({ counts: [10, 11, 71], away: [4, 44] }).h);
  expect(reached).toBe(true);
  expect(facts).toMatchObject({ statements: 60, away: 40 });
});

test('the crowd on a list asks for another page than the one that tells what a page costs', async () => {
  const { h, sent } = recorded({ counts: [0, 1] });
  expect((await coldList.run(h)).reached).toBe(true);
  const keys = (view: string) => [...new Set(sent.filter((spec) => spec.view === view).map(({ key }) => key))];
  expect(keys('crowd')).toHaveLength(1);
  expect(keys('lone')).not.toEqual(keys('crowd'));
  expect((await coldList.run(recorded({ answer: () => ({ body: {} }), counts: [0, 1] }).h)).reached).toBe(false);
});

test('what is not there is asked for on and on', async () => {
  const { h, sent } = recorded({ counts: [0, 1], answer: () => ({ status: 404, outcome: 'fail' }) });
  expect((await nothingThere.run(h)).facts).toMatchObject({ readers: 90, visitsAfter: 30 });
  expect(sent.filter(({ view }) => view === 'nothing')).toHaveLength(120);
});

test('an unknown id is one that the service takes for an id', () => {
  expect(unknownBook(fakeHandle({ integers: [1, 15, 7] }).h)).toMatch(/^1f7[0-9a-f]{5}-0{4}-40{3}-a0{3}-0{12}$/);
});

test('the first reader waits at the tables when the others come, and is gone when they are let go', async () => {
  const { h, events, sent } = recorded({
    answer: ({ view }) => (view === 'first' ? { status: 0, outcome: 'unknown' } : { body: { priceCents: 5 } }),
  });
  expect((await firstGivesUp.run(h)).reached).toBe(true);
  expect(events.indexOf('tables')).toBeLessThan(events.indexOf('first api-2'));
  expect(events.indexOf('first api-2')).toBeLessThan(placesOf(events, 'crowd')[0] ?? 0);
  expect(sent.find(({ view }) => view === 'first')?.timeoutMs).toBeLessThan(500);
  expect(events.at(-1)).toBe('end of tables');
  expect((await firstGivesUp.run(recorded().h)).reached).toBe(false);
});

test('the replica that makes the page is dead before the tables are let go, and none of those who wait is its', async () => {
  const { h, events } = recorded();
  expect((await loaderDies.run(h)).reached).toBe(true);
  const order = ['tables', 'first api-2', 'crowd api-1', 'kill api-2', 'end of tables', 'start api-2'];
  expect(order.map((event) => events.indexOf(event))).toEqual(
    order.map((event) => events.indexOf(event)).toSorted((a, b) => a - b),
  );
  expect(placesOf(events, 'crowd api-2')).toEqual([]);
  expect((await loaderDies.run(recorded({ blocks: false }).h)).reached).toBe(false);
});

test('the replies are held when the tables are let go, and until the price was saved and the page asked for again', async () => {
  const { h, events } = recorded();
  expect((await heldLoad.run(h)).reached).toBe(true);
  const [hold, end] = ['hold replies api-2 postgres', 'end of hold replies api-2 postgres'];
  expect(events.indexOf(hold)).toBeLessThan(events.indexOf('end of tables'));
  const between = events.slice(events.indexOf(hold), events.indexOf(end));
  expect(between.filter((event) => event.startsWith('beside'))).toHaveLength(3);
  expect(between.slice(-2)).toEqual(['detail api-1', 'storefront api-2']);
});

test('pages that were all in a cache say nothing about errors', async () => {
  expect((await databaseGone.run(recorded().h)).reached).toBe(false);
  const { h, events } = recorded({
    answer: ({ view }) => (view === 'without-database' ? { status: 503, outcome: 'unknown' } : {}),
  });
  expect((await databaseGone.run(h)).reached).toBe(true);
  expect(events.indexOf('end of cut 3 postgres')).toBeLessThan(placesOf(events, 'database-back')[0] ?? 0);
});

test('the import comes after all pages were made, and each is looked at until it shows', async () => {
  let looks = 0;
  const { h, queries, sent } = recorded({
    answer: ({ view }) => {
      if (view === 'looking') looks += 1;
      return { body: { priceCents: looks > 300 ? 100_005 : 5 } };
    },
  });
  const { reached, facts } = await warmedTogether.run(h);
  expect({ reached, tookMs: facts?.['tookMs'] }).toEqual({ reached: true, tookMs: 0 });
  expect(queries.filter(({ sql }) => sql.startsWith('UPDATE books'))).toHaveLength(1);
  expect(queries.filter(({ sql }) => sql.startsWith('INSERT INTO books'))).toHaveLength(3);
  expect(new Set(sent.filter(({ view }) => view === 'warming').map(({ replica }) => replica))).toEqual(
    new Set(['api-2']),
  );
  expect(looks).toBeLessThanOrEqual(300 + 63);
});

test('readers come in bursts until the time of the page is over, and the database is slow for all of them', async () => {
  const { h, events } = recorded({ counts: [0, 1, 3] });
  const { reached, facts } = await wholeLife.run(h);
  expect(facts).toMatchObject({ loneStatements: 1, statements: 2, times: 2 });
  expect(reached).toBe(true);
  const bursts = placesOf(events, 'life');
  expect(bursts.length % 15).toBe(0);
  expect(bursts.length).toBeGreaterThan(200);
  expect(events.indexOf('delay 3 postgres')).toBeLessThan(bursts[0] ?? 0);
  expect((await wholeLife.run(recorded({ counts: [0, 1, 1] }).h)).reached).toBe(false);
});

test('the page lives while others have their turn, and another one where they took too long', async () => {
  for (const [tookMs, made] of [
    [2_000, 1],
    [4_000, 2],
  ] as const) {
    const { h, events } = recorded({ counts: [0, 1, 3] });
    await lifeBegins.run(h);
    await h.clock.sleep(tookMs);
    await wholeLife.run(h);
    expect(placesOf(events, 'making')).toHaveLength(made);
  }
});

test('pages of two shops and two books are asked for at one replica before any of them can be made', async () => {
  const { h, events, sent } = recorded({ answer: () => ({ body: { id: 'book-1' } }) });
  expect((await sideBySide.run(h)).reached).toBe(true);
  const asked = placesOf(events, 'side-by-side api-2');
  expect(asked.length).toBeGreaterThanOrEqual(9);
  expect(placesOf(events, 'side-by-side')).toEqual(asked);
  expect(events.indexOf('tables')).toBeLessThan(asked[0] ?? 0);
  expect(events.indexOf('end of tables')).toBeGreaterThan(asked.at(-1) ?? 0);
  expect(sent.filter(({ view }) => view === 'opening').length).toBeGreaterThan(1);
  expect((await sideBySide.run(recorded({ blocks: false }).h)).reached).toBe(false);
});
