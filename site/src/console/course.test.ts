import { expect, test } from 'vitest';
import { courseOf, until } from './course.ts';
import type { GradeDocument } from './run-types.ts';

const grade = {
  kind: 'grade',
  series: [
    { t: 1_000, s: {} },
    { t: 5_000, s: {} },
  ],
  timeline: [
    { kind: 'phase', name: 'load', startMs: 0, endMs: 900, text: null },
    { kind: 'fault', name: 'cut', startMs: 2_000, endMs: null, text: 'redis' },
    { kind: 'experiment', name: 'x', startMs: 2_500, endMs: 7_000, text: null },
  ],
} as unknown as GradeDocument;

test('a fault without an end lasts to the end of the run', () => {
  const { bands, endMs, events } = courseOf(grade);
  expect(endMs).toBe(7_000);
  expect(bands).toMatchObject([{ name: 'cut', fromMs: 2_000, toMs: 7_000 }]);
  expect(events.map(({ kind }) => kind)).toEqual(['phase', 'experiment']);
});

test('at a moment nothing is known of what came later', () => {
  const early = until(courseOf(grade), 2_200);
  expect(early.ticks).toHaveLength(1);
  expect(early.bands[0]?.toMs).toBe(2_200);
  expect(early.events).toHaveLength(1);
  expect(until(courseOf(grade), 1_999).bands).toEqual([]);
});

test('a session is played from its own events', () => {
  const event = (name: string, t: number, more: object) => ({ event: name, run: 'r', wall: 0, t, ...more });
  const { ticks, bands, endMs } = courseOf({
    kind: 'practice',
    run: 'r',
    grade: null,
    events: [
      event('tick', 1_000, { s: { p50Ms: 3 } }),
      event('fault', 2_000, { name: 'slow', state: 'on' }),
      event('bye', 4_000, {}),
    ],
  });
  expect(ticks).toHaveLength(1);
  expect(bands[0]).toMatchObject({ fromMs: 2_000, toMs: 4_000 });
  expect(endMs).toBe(4_000);
});
