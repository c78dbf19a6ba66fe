import { createHash } from 'node:crypto';
import type { Delivery } from './job.ts';

const BITS = 48;

/**
 * A number from 0 to 1 that only this event and this attempt have, the same whoever asks: what a job waits for can be
 * told from its log. It serves in the place of a random one.
 */
export function chanceOf({ eventId, attempt }: Pick<Delivery, 'eventId' | 'attempt'>): () => number {
  const digest = createHash('sha256').update(`${eventId}:${attempt}`).digest();
  const chance = digest.readUIntBE(0, BITS / 8) / 2 ** BITS;
  return () => chance;
}
