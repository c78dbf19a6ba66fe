import * as z from 'zod';
import { ProblemError } from './problem.ts';
import { text } from './validation.ts';

/** A place in a list that shows the newest first. */
export interface TimeCursor {
  readonly createdAt: string;
  readonly id: string;
}

export interface TimePage<Item> {
  readonly items: readonly Item[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

const cursorSchema = z.tuple([z.iso.datetime(), z.guid()]);

/** What lists by time take in their query. */
export const timeListShape = {
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: text().max(200).optional(),
};

/** `found` holds one more than `limit` where there is a next page. */
export function toTimePage<Item extends TimeCursor>(found: readonly Item[], limit: number): TimePage<Item> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: last && found.length > limit ? encodeTimeCursor(last) : null };
}

/** Undefined without a cursor: the list begins at its newest. Throws INVALID_REQUEST. */
export function decodeTimeCursor(cursor: string | undefined): TimeCursor | undefined {
  if (cursor === undefined) return undefined;
  try {
    const [createdAt, id] = cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { createdAt, id };
  } catch (cause) {
    const errors = [{ field: 'cursor', message: 'This is not a cursor of an earlier answer.' }];
    throw new ProblemError('INVALID_REQUEST', { errors, cause });
  }
}

function encodeTimeCursor({ createdAt, id }: TimeCursor): string {
  return Buffer.from(JSON.stringify([createdAt, id])).toString('base64url');
}
