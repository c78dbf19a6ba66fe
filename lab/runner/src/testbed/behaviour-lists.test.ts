import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createBehaviourLists } from './behaviour-lists.ts';

test('of two that are told side by side the last word has both, however long the first one takes', async () => {
  const lists = createBehaviourLists<string>();
  let heard: readonly string[] = [];
  const told = (afterMs: number) => async (all: readonly string[]) => {
    await sleep(afterMs);
    heard = all;
  };
  const slow = ['slow'];
  await Promise.all([lists.add(slow, told(30)), lists.add(['quick'], told(0))]);
  expect(heard).toEqual(['slow', 'quick']);
  await Promise.all([lists.remove(slow, told(30)), lists.add(['more'], told(0))]);
  expect(heard).toEqual(['quick', 'more']);
});

test('a service that cannot be told is a matter of whoever told it', async () => {
  const lists = createBehaviourLists<string>();
  const fails = async () => {
    throw new Error('refused');
  };
  const heard: (readonly string[])[] = [];
  const failed = lists.add(['one'], fails);
  const next = lists.add(['two'], async (all) => void heard.push(all));
  await expect(failed).rejects.toThrow('refused');
  await next;
  expect(heard).toEqual([['one', 'two']]);
});
