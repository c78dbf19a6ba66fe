import { expect, test } from 'vitest';
import type { StackPart, StackSpec } from './stack.ts';
import { stackParts, stackProblems } from './stack-problems.ts';

function problemsOf(parts: readonly string[], replicas: StackSpec['replicas'] = { api: 1, worker: 1 }) {
  return stackProblems({ parts: parts as readonly StackPart[], replicas });
}

test('a stack may name every part', () => {
  expect(problemsOf(stackParts)).toEqual([]);
});

test('an API needs neither queue nor scanner', () => {
  expect(problemsOf(['postgres', 'redis-limits', 's3', 'toxiproxy'], { api: 3 })).toEqual([]);
});

test('a part that does not exist is told, with those that do', () => {
  const [problem, ...others] = problemsOf([...stackParts, 'minio']);
  expect(problem).toContain('names the part "minio", which does not exist; there are postgres, redis-cache');
  expect(others).toEqual([]);
});

test('a part that is named twice is told', () => {
  expect(problemsOf([...stackParts, 's3'])).toEqual(['the stack names the part "s3" twice.']);
});

test.each([
  [stackParts.filter((part) => part !== 'scanner'), /lacks the part "scanner": its workers do not boot/],
  [stackParts.filter((part) => part !== 's3'), /lacks the part "s3": nothing is scanned/],
  [stackParts.filter((part) => part !== 'payment'), /lacks the part "payment": no worker boots/],
  [stackParts.filter((part) => part !== 'redis-queue'), /lacks the part "redis-queue": no worker boots/],
])('%j lacks one', (parts, message) => {
  const problems = problemsOf(parts);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(message);
});

test('a receiver to which nobody sends is told', () => {
  expect(problemsOf(['postgres', 'receiver'], { api: 1 })).toEqual([
    'the stack names the part "receiver" and has no workers: nobody sends webhooks.',
  ]);
});
