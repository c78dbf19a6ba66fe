import { createRandom } from '../kernel/random.ts';

export type Pattern = 'steady' | 'random' | 'edge' | 'two';
export type Client = 'crawler' | 'shop';

/** One request, as the front hands it to a replica. Times are whole milliseconds. */
export interface Arrival {
  readonly atMs: number;
  readonly client: Client;
  readonly replica: number;
}

interface Offered {
  readonly pattern: Pattern;
  readonly perSecond: number;
  readonly limit: number;
  readonly windowMs: number;
  readonly replicas: number;
  readonly endMs: number;
  readonly seed: number;
}

/** The part of its plan that the polite client asks for. */
export const POLITE_SHARE = 0.9;

/** All requests of a run, in order of time. Replicas are met in turn. */
export function makeArrivals(offered: Offered): readonly Arrival[] {
  return timesOf(offered)
    .toSorted((one, other) => one.atMs - other.atMs)
    .map((request, index) => ({ ...request, replica: index % offered.replicas }));
}

function timesOf(offered: Offered): { atMs: number; client: Client }[] {
  const { pattern, perSecond, limit, windowMs, endMs } = offered;
  switch (pattern) {
    case 'steady':
      return evenly('crawler', 1_000 / perSecond, endMs);
    case 'random':
      return randomly(offered, perSecond / 1_000);
    case 'edge':
      return [1, 3].flatMap((edge) => aroundEdge(edge * windowMs, offered));
    case 'two': {
      const politeGapMs = windowMs / (POLITE_SHARE * limit);
      const greedy = Math.max(perSecond / 1_000 - 1 / politeGapMs, 1 / windowMs);
      return [...evenly('shop', politeGapMs, endMs), ...randomly(offered, greedy)];
    }
  }
}

function evenly(client: Client, gapMs: number, endMs: number): { atMs: number; client: Client }[] {
  return Array.from({ length: Math.floor(endMs / gapMs) }, (_, index) => ({ atMs: Math.ceil(index * gapMs), client }));
}

function randomly({ seed, endMs }: Offered, perMs: number): { atMs: number; client: Client }[] {
  const random = createRandom(seed, 'arrivals');
  const found: { atMs: number; client: Client }[] = [];
  for (let at = random.gapMs(perMs); at < endMs; at += random.gapMs(perMs)) {
    found.push({ atMs: Math.floor(at), client: 'crawler' });
  }
  return found;
}

/** What two windows would have had evenly comes within less than one, half of it before the edge and half from it on. */
function aroundEdge(edgeMs: number, { perSecond, windowMs }: Offered): { atMs: number; client: Client }[] {
  const half = Math.max(1, Math.round((perSecond * windowMs) / 1_000));
  const spanMs = 0.45 * windowMs;
  return [edgeMs - spanMs, edgeMs].flatMap((fromMs) =>
    Array.from({ length: half }, (_, index) => {
      return { atMs: Math.floor(fromMs + (index * spanMs) / half), client: 'crawler' as const };
    }),
  );
}
