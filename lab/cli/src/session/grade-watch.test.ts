import { join } from 'node:path';
import { openEventLog } from '@lab/console';
import { expect, onTestFinished, test } from 'vitest';
import { createFakeLab } from '../testing/fake-services.ts';
import { createGradeWatch } from './grade-watch.ts';

const graded = '20260101-000009-0000';
const begun = { event: 'grade', graded, state: 'begun', scenario: 'stale-tea', subject: 'workspace', seed: 1 };
const judged = { event: 'grade', graded, state: 'judged', verdict: 'passed', score: 1, maxScore: 1, problem: null };

async function open(startTime: (pid: number) => string | null = () => 'then') {
  const { repoRoot } = await createFakeLab();
  const events = openEventLog({ file: join(repoRoot, 'events.ndjson'), run: 'r', startedWallMs: Date.now() });
  onTestFinished(() => events[Symbol.dispose]());
  const seen: string[] = [];
  events.subscribe(({ event, state }) => seen.push(`${event} ${String(state)}`));
  return { watch: createGradeWatch({ events: () => events, startTime }), seen };
}

test('what a grade tells becomes events of the session', async () => {
  const { watch, seen } = await open();
  expect(watch.take({ pid: 7, news: [begun, judged] })).toEqual({ told: 2 });
  watch.tend();
  expect(seen).toEqual(['grade begun', 'grade judged']);
});

test('a grade whose process is gone, or whose number another one has, was cut, which is said once', async () => {
  let time: string | null = 'then';
  const { watch, seen } = await open(() => time);
  watch.take({ pid: 7, news: [begun] });
  watch.tend();
  time = 'later';
  watch.tend();
  time = null;
  watch.tend();
  expect(seen).toEqual(['grade begun', 'grade cut']);
});

test.each([
  ['no news', { pid: 7, news: [] }],
  ['another event', { pid: 7, news: [{ ...begun, event: 'tick' }] }],
  ['a field more', { pid: 7, news: [{ ...begun, run: 'x' }] }],
  ['a run that is a path', { pid: 7, news: [{ ...begun, graded: '../../etc' }] }],
  ['an unknown verdict', { pid: 7, news: [{ ...judged, verdict: 'fine' }] }],
  ['a text without end', { pid: 7, news: [{ ...judged, problem: 'x'.repeat(5_000) }] }],
  ['no process', { news: [begun] }],
  ['nothing', null],
])('%s is refused, and nothing is told', async (_what, body) => {
  const { watch, seen } = await open();
  expect(() => watch.take(body)).toThrow(expect.objectContaining({ name: 'UsageError', code: 'E_BODY' }));
  expect(seen).toEqual([]);
});

test('before the run has begun there is nobody to tell', () => {
  const watch = createGradeWatch({ events: () => null });
  expect(() => watch.take({ pid: 7, news: [begun] })).toThrow(expect.objectContaining({ code: 'E_STARTING' }));
  watch.tend();
});
