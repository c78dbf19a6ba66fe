import { expect, test } from 'vitest';
import { judge } from '../judge.ts';
import { renderStory } from '../render/story.ts';
import { columns } from '../render/text.ts';
import { check, evidence, finding, labFacts, operation, scenarioOf } from '../testing/evidence.ts';
import { runStory } from './run-story.ts';

const phase = (name: string, beginMs: number, endMs: number) => [
  { atMs: beginMs, event: 'phase' as const, name, state: 'begin' },
  { atMs: endMs, event: 'phase' as const, name, state: 'end' },
];
const held = (replica: string) => ({ replica, dependency: 'redis-cache', what: 'requests' });
const fault = (atMs: number, state: 'on' | 'off', replica: string) => ({
  atMs,
  event: 'fault' as const,
  name: 'link-held',
  state,
  detail: held(replica),
});
const recorded = evidence({
  timeline: [
    ...phase('baseline', 0, 2_000),
    { atMs: 2_000, event: 'phase', name: 'disturb', state: 'begin' },
    { atMs: 2_100, event: 'hold', name: 'late-fill', state: 'begin', detail: { attempt: 1 } },
    fault(2_200, 'on', 'api-1'),
    fault(2_300, 'on', 'api-2'),
    fault(2_600, 'off', 'api-2'),
    fault(2_700, 'off', 'api-1'),
    { atMs: 2_800, event: 'hold', name: 'row lock', state: 'reached', detail: { withinMs: 12 } },
    { atMs: 2_900, event: 'hold', name: 'late-fill', state: 'end', detail: { attempt: 1 } },
    { atMs: 3_000, event: 'phase', name: 'disturb', state: 'end' },
  ],
  experiments: [
    {
      experiment: 'late-fill',
      attempt: 1,
      reached: false,
      note: 'no reader came',
      startMs: 2_050,
      endMs: 2_080,
      keys: [],
      facts: {},
    },
    { experiment: 'late-fill', attempt: 2, reached: true, startMs: 2_100, endMs: 2_900, keys: ['book-1'], facts: {} },
  ],
  exits: [{ part: 'api-3', atMs: 2_950, exitCode: 1, signal: null, tail: ['TypeError: no\u001b[2J tea', ''] }],
  history: [
    operation({ id: 3, startMs: 2_400.4, endMs: 2_410.6, value: null, outcome: 'unknown', status: 0 }),
    operation({ id: 2, kind: 'write', client: 'writer', value: 1_300, startMs: 2_150, endMs: 2_390 }),
    operation({ id: 9, startMs: 1, endMs: 2 }),
  ],
});
const failing = check('fresh', {
  judge: () => [finding({ refs: { operations: [3, 2, 99], experiment: 'late-fill' } })],
});
const report = judge({
  scenario: scenarioOf([failing]),
  evidence: recorded,
  subject: 'workspace',
  lab: labFacts,
  ignoredFiles: [],
});

test('beginnings are joined with their own ends, in order of time', () => {
  const { timeline } = runStory(report, recorded);
  expect(timeline.map(({ kind, name, startMs, endMs }) => [kind, name, startMs, endMs])).toEqual([
    ['phase', 'baseline', 0, 2_000],
    ['phase', 'disturb', 2_000, 3_000],
    ['experiment', 'late-fill', 2_050, 2_080],
    ['experiment', 'late-fill', 2_100, 2_900],
    ['fault', 'link-held', 2_200, 2_700],
    ['fault', 'link-held', 2_300, 2_600],
    ['hold', 'row lock', 2_800, null],
    ['exit', 'api-3', 2_950, null],
  ]);
});

test('a fault whose end was not recorded has none', () => {
  const cut = { ...recorded, timeline: [fault(1, 'on', 'api-1')] };
  expect(runStory(report, cut).timeline[0]).toMatchObject({ startMs: 1, endMs: null });
});

test('the attempt that proved something carries the findings, the other says why it did not', () => {
  const attempts = runStory(report, recorded).timeline.filter(({ kind }) => kind === 'experiment');
  expect(attempts.map(({ text, findings }) => [text, findings])).toEqual([
    ['attempt 1, proves nothing: no reader came', []],
    ['attempt 2', ['STALE_AFTER_WRITE']],
  ]);
});

test('the operations are those that the findings name, in order of time', () => {
  expect(runStory(report, recorded).operations).toMatchObject([
    { check: 'stale-reads/fresh', operations: [{ id: 2 }, { id: 3 }], missing: [99] },
  ]);
});

test('a run reads from its phases to each operation', async () => {
  const text = renderStory(runStory(report, recorded), {
    color: false,
    width: 90,
    titles: { 'late-fill': 'A reader fills the cache late' },
  });
  await expect(text).toMatchFileSnapshot('../render/golden/story.txt');
});

test('no line is wider than a terminal of 80 columns', () => {
  const lines = renderStory(runStory(report, recorded), { color: true, width: 80 }).split('\n');
  expect(lines.filter((line) => columns(line) > 80)).toEqual([]);
});

test('a run without findings or records says that nothing was recorded', () => {
  const empty = evidence({ timeline: [], experiments: [], exits: [] });
  const passed = { ...report, checks: [] };
  expect(renderStory(runStory(passed, empty), { color: false, width: 80 })).toContain('Nothing was recorded.');
});
