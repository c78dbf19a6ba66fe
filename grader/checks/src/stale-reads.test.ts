import type { Operation, Outcome } from '@lab/sdk';
import { describe, expect, test } from 'vitest';
import { findStaleReads } from './stale-reads.ts';
import { operation } from './testing/evidence.ts';

type Span = readonly [startMs: number, endMs: number];

/** The price that the book began with: nobody in these histories writes it. */
const initial = 10;

const write = (value: number, [startMs, endMs]: Span, outcome: Outcome = 'ok'): Operation =>
  operation({ id: startMs + 1, client: 'one', kind: 'write', value, startMs, endMs, outcome });

const read = (value: number | null, [startMs, endMs]: Span): Operation =>
  operation({ id: startMs + 1, client: 'one', value, startMs, endMs });

/** The stale reads as `[value read, value that it should have seen]`. */
function staleIn(history: readonly Operation[]): readonly (readonly [number | null, number | null])[] {
  return findStaleReads(history).map((stale) => [stale.read.value, stale.write.value]);
}

const first = write(20, [0, 10]);
const second = write(30, [20, 30]);
const unsure = write(20, [0, 10], 'unknown');

test.each<[string, readonly Operation[]]>([
  ['nothing was written', [read(initial, [0, 5])]],
  ['the value is the last one acknowledged', [first, second, read(30, [40, 45])]],
  ['the first value is read before the first write was answered', [first, read(initial, [9, 40])]],
  ['a value is read before its successor was answered', [first, second, read(20, [29, 40])]],
  ['a value is read while its own write goes on', [first, read(20, [2, 4])]],
  [
    'the writes overlap: the first to start may be the last to take effect',
    [first, write(30, [5, 15]), read(20, [20, 25])],
  ],
  [
    'the writes overlap: the last to start may be the last to take effect',
    [first, write(30, [5, 15]), read(30, [20, 25])],
  ],
  ['a write of unknown outcome takes effect long after it was given up', [unsure, second, read(20, [900, 905])]],
  ['one of two writes of a value has an unknown outcome', [unsure, write(20, [11, 15]), second, read(20, [40, 45])]],
  ['a write of unknown outcome has not taken effect', [first, write(30, [20, 30], 'unknown'), read(20, [40, 45])]],
  ['a write failed, so the value before it stands', [first, write(30, [20, 30], 'fail'), read(20, [40, 45])]],
  ['only a failed write has the value', [write(20, [0, 10], 'fail'), second, read(20, [40, 45])]],
  ['a value is written once more', [first, second, write(20, [40, 50]), read(20, [60, 65])]],
  ['the first value is written once more', [first, write(initial, [20, 30]), read(initial, [40, 45])]],
  ['the answer holds no value', [first, read(null, [40, 45])]],
  ['the read failed', [first, { ...read(initial, [40, 45]), outcome: 'fail' }]],
  ['nobody knows what the read came to', [first, { ...read(initial, [40, 45]), outcome: 'unknown' }]],
  ['the write was to another book', [{ ...first, key: 'book-2' }, read(initial, [40, 45])]],
])('a read is not stale when %s', (_circumstance, history) => {
  expect(staleIn(history)).toEqual([]);
});

test.each<[string, readonly Operation[], readonly [number, number]]>([
  ['it began at the moment of the answer', [first, read(initial, [10, 12])], [initial, 20]],
  ['the first value was replaced', [first, read(initial, [40, 45])], [initial, 20]],
  ['a later write began after its value was answered', [first, second, read(20, [30, 35])], [20, 30]],
  ['a later write began at the moment of its answer', [first, write(30, [10, 15]), read(20, [15, 20])], [20, 30]],
  ['the first value is back after two writes', [first, second, read(initial, [40, 45])], [initial, 30]],
  ['a failed write came between', [first, write(25, [12, 15], 'fail'), second, read(20, [40, 45])], [20, 30]],
  [
    'a write of unknown outcome came after',
    [first, second, write(40, [31, 35], 'unknown'), read(20, [40, 45])],
    [20, 30],
  ],
  ['both writes of its value were replaced', [first, write(20, [11, 15]), second, read(20, [40, 45])], [20, 30]],
  ['two overlapping writes replaced it', [first, write(40, [25, 35]), second, read(20, [40, 45])], [20, 40]],
])('a read is stale when %s', (_circumstance, history, expected) => {
  expect(staleIn(history)).toEqual([expected]);
});

test('a value seen again after its successor was answered is stale each time, and the successor is not', () => {
  const reads = [read(20, [40, 41]), read(30, [42, 43]), read(20, [44, 45])];
  expect(staleIn([first, second, ...reads])).toEqual([
    [20, 30],
    [20, 30],
  ]);
});

test('stale reads of all books come in the order in which they began', () => {
  const other = [first, read(initial, [40, 60])].map((entry) => ({ ...entry, key: 'book-2' }));
  const found = findStaleReads([...other, second, first, read(20, [50, 51]), read(initial, [35, 70])]);
  expect(found.map((stale) => stale.read.startMs)).toEqual([35, 40, 50]);
});

test('the order in which the history was kept does not matter', () => {
  const history = [first, second, read(20, [40, 45]), read(30, [50, 55])];
  expect(staleIn(history.toReversed())).toEqual(staleIn(history));
});

/**
 * A regular register by its definition: some order of the writes and this one read, with every write
 * that was acknowledged and any of the undecided ones, in which nothing comes before what had ended
 * when it began, and in which the read finds its value right before itself.
 */
function isRegular(writes: readonly Operation[], reading: Operation): boolean {
  const acknowledged = writes.filter((entry) => entry.outcome === 'ok');
  const undecided = writes
    .filter((entry) => entry.outcome === 'unknown')
    .map((entry) => ({ ...entry, endMs: Number.POSITIVE_INFINITY }));
  return subsets(undecided).some((some) =>
    orders([...acknowledged, ...some, reading]).some((order) => {
      const before = order[order.indexOf(reading) - 1];
      return (before?.value ?? initial) === reading.value;
    }),
  );
}

function subsets([first, ...others]: readonly Operation[]): readonly (readonly Operation[])[] {
  if (first === undefined) return [[]];
  return subsets(others).flatMap((set) => [set, [first, ...set]]);
}

/** Every order that real time allows. */
function orders(items: readonly Operation[]): readonly (readonly Operation[])[] {
  if (items.length === 0) return [[]];
  return items
    .filter((item) => items.every((other) => other === item || other.endMs > item.startMs))
    .flatMap((item) => orders(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

/** A value that could not be there yet, or that was refused, is wrong in another way than being old. */
function couldHaveBeen(writes: readonly Operation[], reading: Operation): boolean {
  if (reading.value === initial) return true;
  const source = writes.find((entry) => entry.value === reading.value);
  return source !== undefined && source.outcome !== 'fail' && source.startMs < reading.endMs;
}

/** Histories on which the two disagree, at most a few, and how many were compared. */
function compare(histories: Iterable<readonly [readonly Operation[], Operation]>): {
  compared: number;
  stale: number;
  disagreements: readonly unknown[];
} {
  const disagreements: unknown[] = [];
  let compared = 0;
  let stale = 0;
  for (const [writes, reading] of histories) {
    if (!couldHaveBeen(writes, reading)) continue;
    const isStale = findStaleReads([...writes, reading]).length > 0;
    compared += 1;
    if (isStale) stale += 1;
    if (isStale === isRegular(writes, reading) && disagreements.length < 3) disagreements.push({ writes, reading });
  }
  return { compared, stale, disagreements };
}

const outcomes: readonly Outcome[] = ['ok', 'fail', 'unknown'];

function* everyHistoryOfTwoWrites(): Generator<readonly [readonly Operation[], Operation]> {
  const spans = [0, 1, 2, 3].flatMap((from) => [1, 2, 3, 4].filter((to) => to > from).map((to): Span => [from, to]));
  const writesOf = (value: number) => spans.flatMap((span) => outcomes.map((outcome) => write(value, span, outcome)));
  const reads = spans.flatMap((span) => [initial, 20, 30].map((value) => read(value, span)));
  const seconds = writesOf(30);
  for (const one of writesOf(20)) {
    for (const other of seconds) {
      for (const reading of reads) yield [[one, other], reading];
    }
  }
}

/** A seeded generator: a failure names the history, and the next run makes the same one. */
function* randomHistories(count: number): Generator<readonly [readonly Operation[], Operation]> {
  let state = 1;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const span = (): Span => {
    const startMs = below(12);
    return [startMs, startMs + 1 + below(6)];
  };
  for (let made = 0; made < count; made += 1) {
    const writes = [20, 30, 40, 50].map((value) => write(value, span(), outcomes[below(4)] ?? 'ok'));
    yield [writes, read(10 * (1 + below(5)), span())];
  }
}

describe('compared with a regular register by its definition', () => {
  test('every history of two writes and a read on a small grid of times is judged alike', () => {
    const { compared, stale, disagreements } = compare(everyHistoryOfTwoWrites());
    expect(disagreements).toEqual([]);
    expect(compared).toBeGreaterThan(10_000);
    expect(stale).toBeGreaterThan(500);
  });

  test('seeded histories of four writes and a read are judged alike', () => {
    const { compared, stale, disagreements } = compare(randomHistories(1_500));
    expect(disagreements).toEqual([]);
    expect(compared).toBeGreaterThan(900);
    expect(stale).toBeGreaterThan(100);
  });
});

test('a refused first attempt does not make the value of its retry immune', () => {
  const refused = write(20, [0, 10], 'fail');
  const retried = write(20, [11, 15]);
  expect(staleIn([refused, retried, second, read(20, [900, 905])])).toEqual([[20, 30]]);
});
