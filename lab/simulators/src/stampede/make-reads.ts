import { createRandom } from '../kernel/random.ts';
import type { Read } from './read-pages.ts';

interface Wanted {
  readonly seed: number;
  readonly endMs: number;
  readonly perSecond: number;
  readonly pages: number;
  readonly replicas: number;
  readonly pattern: 'random' | 'steady';
}

/** Readers of all pages alike. Each meets another replica than the one before. */
export function makeReads({ seed, endMs, perSecond, pages, replicas, pattern }: Wanted): readonly Read[] {
  const random = createRandom(seed, 'reads');
  const gapMs = () => (pattern === 'steady' ? 1_000 / perSecond : random.gapMs(perSecond / 1_000));
  const reads: Read[] = [];
  for (let atMs = gapMs(); atMs < endMs; atMs += gapMs()) {
    reads.push({ atMs, page: Math.floor(random.next() * pages), replica: reads.length % replicas });
  }
  return reads;
}
