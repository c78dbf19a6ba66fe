import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { collectFacts } from './collect-facts.ts';
import { findingMeanings } from './finding-meanings.ts';
import { glossary } from './glossary.ts';
import { relations } from './relations.ts';

const facts = await collectFacts(resolve(import.meta.dirname, '..', '..', '..'));
const checks = facts.scenarios.flatMap((scenario) => scenario.checks);

test('every finding code of a check says what it means, and no code is explained that nobody writes', () => {
  const codes = facts.findings.map(({ code }) => code);
  expect(facts.findings.filter(({ meaning }) => meaning === '').map(({ code }) => code)).toEqual([]);
  expect(Object.keys(findingMeanings).filter((code) => !codes.includes(code))).toEqual([]);
  expect(checks.flatMap((check) => check.codes).filter((code) => !codes.includes(code))).toEqual([]);
});

test('what is named beside a check is there: checks, faults, metrics', () => {
  const checkIds = checks.map(({ id }) => id);
  const faultIds = facts.faults.map(({ id }) => id);
  const metricNames = facts.metrics.map(({ name }) => name);
  const related = Object.values(relations);
  expect(Object.keys(relations).filter((id) => !checkIds.includes(id))).toEqual([]);
  expect(related.flatMap(({ faults = [] }) => faults).filter((id) => !faultIds.includes(id))).toEqual([]);
  expect(related.flatMap(({ metrics = [] }) => metrics).filter((name) => !metricNames.includes(name))).toEqual([]);
});

test('every check has a lesson that is there', () => {
  const lessons = facts.lessons.map(({ topic }) => `lessons/${topic}`);
  expect(checks.map(({ lesson }) => lesson.split('#')[0]).filter((lesson) => !lessons.includes(lesson ?? ''))).toEqual(
    [],
  );
});

test('metrics, error codes and faults are found in the code', () => {
  expect(facts.metrics.find(({ name }) => name === 'http_requests_over_query_budget_total')).toMatchObject({
    type: 'counter',
    labels: ['route'],
    help: 'Requests that needed more than 10 database statements.',
  });
  expect(facts.metrics.find(({ name }) => name === 'webhook_queue_depth')?.labels).toEqual(['tenant']);
  expect(facts.problems).toContainEqual({ code: 'RATE_LIMITED', status: 429, title: 'Too many requests' });
  expect(facts.labErrors.find(({ code }) => code === 'E_SUBJECT_UNKNOWN')).toMatchObject({
    family: 'UsageError',
    messages: ['Nothing is called "…".'],
  });
  expect(facts.faults.find(({ id }) => id === 'link-latency')?.parameters[0]?.usual).toBe('200');
});

test('words of the glossary are in order, and lean on words that are there', () => {
  const ids = glossary.map(({ id }) => id);
  expect(ids).toEqual(ids.toSorted());
  expect(glossary.flatMap(({ see = [] }) => see).filter((id) => !ids.includes(id))).toEqual([]);
});
