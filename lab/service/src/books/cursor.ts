import * as z from 'zod';
import { ProblemError } from '../platform/problem.ts';
import { text } from '../platform/validation.ts';
import type { BookSummary } from './book.ts';

export interface Cursor {
  readonly title: string;
  readonly id: string;
}

const cursorSchema = z.tuple([text().max(500), z.guid()]);

/** Opaque to callers; it holds no tenant, so a foreign cursor only moves within the caller's own books. */
export function encodeCursor({ title, id }: BookSummary): string {
  return Buffer.from(JSON.stringify([title, id])).toString('base64url');
}

/** Throws INVALID_REQUEST. */
export function decodeCursor(cursor: string): Cursor {
  try {
    const [title, id] = cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { title, id };
  } catch (cause) {
    const errors = [{ field: 'cursor', message: 'This is not a cursor of an earlier answer.' }];
    throw new ProblemError('INVALID_REQUEST', { errors, cause });
  }
}
