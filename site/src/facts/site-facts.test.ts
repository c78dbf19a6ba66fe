import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { collectSiteFacts } from './collect-site-facts.ts';
import { glossary } from './glossary.ts';

const facts = await collectSiteFacts(resolve(import.meta.dirname, '..', '..', '..'));

test('every check has a lesson that is there', () => {
  const checks = facts.scenarios.flatMap((scenario) => scenario.checks);
  const lessons = facts.lessons.map(({ topic }) => `lessons/${topic}`);
  expect(checks.map(({ lesson }) => lesson.split('#')[0]).filter((lesson) => !lessons.includes(lesson ?? ''))).toEqual(
    [],
  );
});

test('scenarios are in the order in which the lessons take them', () => {
  const named = facts.lessons.flatMap((lesson) => lesson.scenarios);
  expect(facts.scenarios.map(({ id }) => id).filter((id) => named.includes(id))).toEqual([...new Set(named)]);
});

test('words of the glossary are in order, and lean on words that are there', () => {
  const ids = glossary.map(({ id }) => id);
  expect(ids).toEqual(ids.toSorted());
  expect(glossary.flatMap(({ see = [] }) => see).filter((id) => !ids.includes(id))).toEqual([]);
});
