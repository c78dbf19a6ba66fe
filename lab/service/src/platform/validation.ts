import * as z from 'zod';
import { type FieldError, ProblemError } from './problem.ts';

/** Text that PostgreSQL can store: anything but the NUL character. */
export function text() {
  return z.string().regex(/^[^\0]*$/u, 'must not contain NUL characters');
}

const idSchema = z.guid();

/** An id that cannot exist is answered like one that does not: NOT_FOUND. */
export function parseId(text: unknown): string {
  const id = idSchema.safeParse(text);
  if (!id.success) throw new ProblemError('NOT_FOUND');
  return id.data.toLowerCase();
}

/** Parses a body or query; throws INVALID_REQUEST with one entry per wrong field. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new ProblemError('INVALID_REQUEST', { errors: result.error.issues.flatMap(fieldErrors) });
}

function fieldErrors(issue: z.core.$ZodIssue): readonly FieldError[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((field) => ({ field, message: 'is not known here' }));
  return [{ field: issue.path.join('.') || '(body)', message: issue.message }];
}
