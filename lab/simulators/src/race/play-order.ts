import { interleavings } from '../kernel/interleavings.ts';
import { mayFill, type Shared, type Strategy, WRITER_STEPS, writerStep } from './strategies.ts';

/** A reader looks into the cache, reads the row, and fills the cache. One that finds an entry does no more. */
export const READER_STEPS = 3;

export interface Played {
  readonly actor: 'writer' | 'reader';
  /** Of several readers, from 1. */
  readonly reader: number;
  readonly words: string;
  /** After the step. */
  readonly row: 1 | 2;
  readonly cached: 1 | 2 | undefined;
}

export interface Outcome {
  readonly steps: readonly Played[];
  /** v1 is in the cache, v2 is in the database, and nobody will drop it before its time is over. */
  readonly isStale: boolean;
}

interface Reader {
  readonly next: number;
  readonly generation: number;
  readonly version: 1 | 2 | undefined;
  readonly isServed: boolean;
}

interface Start {
  readonly strategy: Strategy;
  /** What the cache holds before the first step. */
  readonly cached: 1 | undefined;
}

/** Plays one order: 0 is a step of the writer, 1 of the first reader, 2 of the second. */
export function playOrder(order: readonly number[], { strategy, cached }: Start): Outcome {
  let shared: Shared = { row: 1, cached, generation: 1, blocked: false, oldest: 1 };
  let written = 0;
  const readers = new Map<number, Reader>();
  const steps = order.map((actor): Played => {
    let words: string;
    if (actor === 0) {
      ({ words, shared } = writerStep(strategy, written, shared));
      written += 1;
    } else {
      const reader = readers.get(actor) ?? { next: 0, generation: 0, version: undefined, isServed: false };
      const done = readerStep(strategy, reader, shared);
      ({ words, shared } = done);
      readers.set(actor, done.reader);
    }
    return { actor: actor === 0 ? 'writer' : 'reader', reader: actor, words, row: shared.row, cached: shared.cached };
  });
  return { steps, isStale: shared.row === 2 && shared.cached === 1 };
}

interface ReaderDone {
  readonly words: string;
  readonly shared: Shared;
  readonly reader: Reader;
}

function readerStep(strategy: Strategy, reader: Reader, shared: Shared): ReaderDone {
  const next = { ...reader, next: reader.next + 1 };
  if (reader.isServed) return { words: '– (was served)', shared, reader: next };
  if (reader.next === 0) {
    if (shared.cached === undefined || shared.blocked) {
      return { words: 'looks: a miss', shared, reader: { ...next, generation: shared.generation } };
    }
    return { words: `is served v${shared.cached} from the cache`, shared, reader: { ...next, isServed: true } };
  }
  if (reader.next === 1) {
    return { words: `reads v${shared.row} from the database`, shared, reader: { ...next, version: shared.row } };
  }
  const version = reader.version ?? shared.row;
  return mayFill(strategy, version, reader.generation, shared)
    ? { words: `fills the cache with v${version}`, shared: { ...shared, cached: version }, reader: next }
    : { words: `wants to fill v${version}, and may not`, shared, reader: next };
}

/** All orders of one writer and so many readers, always in the same sequence. */
export function allOrders(readers: number): readonly (readonly number[])[] {
  return interleavings([WRITER_STEPS, ...new Array<number>(readers).fill(READER_STEPS)]);
}

/** Those of one reader, as people count them: the first is order 1. */
export const ORDERS = allOrders(1);

/** The orders, by index, after which the old price stays. */
export function staleOrders(start: Start, readers = 1): readonly number[] {
  return [...allOrders(readers).entries()]
    .filter(([, order]) => playOrder(order, start).isStale)
    .map(([index]) => index);
}
