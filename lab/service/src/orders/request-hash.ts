import { createHash } from 'node:crypto';
import type { LineRequest } from './order.ts';

/** The same for two requests that ask for the same, in whatever order they name it. */
export function requestHash(lines: readonly LineRequest[]): string {
  const sorted = lines.map(({ bookId, quantity }) => `${bookId} ${quantity}`).sort();
  return createHash('sha256').update(sorted.join('\n')).digest('hex');
}
