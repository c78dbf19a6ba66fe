import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { collectFacts } from './collect-facts.ts';
import { findingMeanings } from './finding-meanings.ts';
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

test('metrics, error codes and faults are found in the code', () => {
  expect(facts.metrics.find(({ name }) => name === 'http_requests_over_query_budget_total')).toMatchObject({
    type: 'counter',
    unit: 'a number',
    labels: ['route'],
    help: 'Requests that needed more than 10 database statements.',
  });
  expect(facts.metrics.find(({ name }) => name === 'webhook_queue_depth')?.labels).toEqual(['tenant']);
  expect(facts.problems).toContainEqual({
    code: 'RATE_LIMITED',
    page: '/reference/errors/#RATE_LIMITED',
    status: 429,
    title: 'Too many requests',
  });
  expect(facts.labErrors.find(({ code }) => code === 'E_SUBJECT_UNKNOWN')).toMatchObject({
    family: 'UsageError',
    about: expect.stringContaining('Exit 64'),
    messages: ['Nothing is called "…".'],
  });
  expect(facts.faults.find(({ id }) => id === 'link-latency')?.parameters[0]?.usual).toBe('200');
});

test('what only tests and the bench say is no error of the lab', () => {
  const files = facts.labErrors.map(({ file }) => file);
  expect(files.filter((file) => /^lab\/(?:bench|ci|tidy)\//.test(file))).toEqual([]);
});

test('a fault, a metric and a finding lead back to the checks that name them', () => {
  const id = 'cache-stale-price/no-old-refill';
  const leadBack = (named: { readonly checks: readonly string[] } | undefined) => named?.checks.includes(id);
  expect(leadBack(facts.faults.find((fault) => fault.id === 'postgres-row-lock'))).toBe(true);
  expect(leadBack(facts.metrics.find(({ name }) => name === 'cache_lookups_total'))).toBe(true);
  expect(leadBack(facts.findings.find(({ code }) => code === 'STALE_AFTER_WRITE'))).toBe(true);
  expect(leadBack(facts.faults.find((fault) => fault.id === 'scanner-silent'))).toBe(false);
});

test('no two things have the same id, so each can be asked for by it alone', () => {
  const ids = [
    ...facts.scenarios,
    ...checks,
    ...facts.faults,
    ...facts.metrics.map(({ name }) => ({ id: name })),
    ...[...facts.findings, ...facts.problems, ...facts.labErrors].map(({ code }) => ({ id: code })),
  ].map(({ id }) => id.toLowerCase());
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});
