import { expect, test } from 'vitest';
import * as z from 'zod';
import { ProblemError } from './problem.ts';
import { parseInput, text } from './validation.ts';

const schema = z.strictObject({ name: text().max(5), tags: z.array(z.string()).optional() });

function errorsOf(input: unknown) {
  try {
    parseInput(schema, input);
  } catch (error) {
    if (error instanceof ProblemError) return error.errors?.map(({ field }) => field);
  }
  return undefined;
}

test('valid input comes back parsed', () => {
  expect(parseInput(schema, { name: 'Ada' })).toEqual({ name: 'Ada' });
});

test('each wrong field is named with its path', () => {
  expect(errorsOf({ name: 'too long', tags: ['a', 1] })).toEqual(['name', 'tags.1']);
});

test('unknown fields are named one by one', () => {
  expect(errorsOf({ name: 'Ada', a: 1, b: 2 })).toEqual(['a', 'b']);
});

test('a missing body and a NUL character are refused', () => {
  expect(errorsOf(undefined)).toEqual(['(body)']);
  expect(errorsOf({ name: 'a\0' })).toEqual(['name']);
});
