import type { Report, TimelineEvent } from '@lab/sdk';
import { expect, test } from 'vitest';
import { tinyScenario } from '../testing/tiny-scenario.ts';
import { type GradeNews, gradeNewsSchema, textMax } from './grade-news.ts';
import { createGradeStory } from './grade-story.ts';

const run = '20260101-000001-0000';

function open() {
  const told: GradeNews[] = [];
  const story = createGradeStory({
    scenario: tinyScenario(),
    run,
    subject: 'workspace',
    seed: 3,
    tell: (news) => told.push(news),
  });
  const event = (fields: Omit<TimelineEvent, 'atMs'>): void => story.onEvent({ atMs: 0, ...fields });
  return { told, story, event };
}

const checks = (told: readonly GradeNews[]) => told.filter((news) => news.event === 'check');

test('a grade begins with every check pending', () => {
  const { told, story } = open();
  story.begun();
  expect(told[0]).toMatchObject({ event: 'grade', state: 'begun', graded: run, scenario: 'stale-tea', seed: 3 });
  expect(checks(told)).toMatchObject([
    { id: 'stale-tea/hot', status: 'pending', experiments: 1, reached: 0, points: 0, maxPoints: 60 },
    { id: 'stale-tea/drunk', status: 'pending' },
  ]);
});

test('an experiment that was reached is counted once, for the checks that need it', () => {
  const { told, event } = open();
  event({ event: 'phase', name: 'disturb', state: 'begin' });
  event({ event: 'hold', name: 'pour', state: 'begin' });
  event({ event: 'hold', name: 'pour', state: 'end', detail: { attempt: 1, reached: false } });
  expect(checks(told)).toEqual([]);
  for (const attempt of [2, 3])
    event({ event: 'hold', name: 'pour', state: 'end', detail: { attempt, reached: true } });
  expect(checks(told)).toMatchObject([{ id: 'stale-tea/hot', status: 'pending', reached: 1 }]);
  expect(told.filter((news) => news.event === 'grade')).toMatchObject([
    { state: 'measuring', phase: 'disturb', experiment: null },
    { state: 'measuring', phase: 'disturb', experiment: 'pour' },
  ]);
});

test('the verdict comes with what each check expected and saw, and all of it fits', () => {
  const { told, story } = open();
  const finding = { severity: 'failure', measured: { text: 'x'.repeat(5_000) }, expected: { text: '60 °C' }, at: 12 };
  const note = { ...finding, severity: 'note', measured: { text: 'by the way' } };
  const failed = { id: 'stale-tea/hot', status: 'failed', points: 0, maxPoints: 60, findings: [note, finding] };
  const passed = { id: 'stale-tea/drunk', status: 'passed', points: 40, maxPoints: 40, findings: [] };
  const report = { verdict: 'failed', score: 40, maxScore: 100, rejection: null, lab: { problem: null } };
  story.judged({ ...report, checks: [failed, passed] } as unknown as Report);
  story.cut();
  expect(told).toMatchObject([
    { id: 'stale-tea/hot', status: 'failed', expected: '60 °C', atMs: 12 },
    { id: 'stale-tea/drunk', status: 'passed', points: 40, observed: null },
    { state: 'judged', verdict: 'failed', score: 40, problem: null },
    { state: 'cut' },
  ]);
  expect(checks(told)[0]).toHaveProperty('observed.length', textMax);
  expect(gradeNewsSchema.safeParse({ pid: 1, news: told }).error).toBeUndefined();
});
