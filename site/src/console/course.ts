import type { Shown } from './charts/paint.ts';
import type { Band, RunModel, Tick } from './run/run-model.ts';
import { emptyRun, withEvent } from './run/run-model.ts';
import type { CourseEvent, GradeDocument, RunDocument } from './run-types.ts';

/** A stored run as charts show it. */
export interface Course {
  readonly ticks: readonly Tick[];
  readonly bands: readonly Band[];
  readonly endMs: number;
  /** Experiments, changes and the like, in order of time. */
  readonly events: readonly CourseEvent[];
}

/** The course of any stored run: of a grade from what the lab's clients saw, of a session from its ticks. */
export function courseOf(document: RunDocument): Course {
  if (document.kind === 'grade') return gradeCourse(document);
  const run = document.events.reduce<RunModel>((model, event) => withEvent(model, event), emptyRun);
  const endMs = Math.max(1_000, ...document.events.map(({ t = 0 }) => t));
  const events = run.changes.map(({ t, kind, text }) => ({ kind, name: text, startMs: t, endMs: null, text: null }));
  return { ticks: run.ticks, bands: run.bands, endMs, events };
}

function gradeCourse({ series, timeline }: GradeDocument): Course {
  const endMs = Math.max(
    1_000,
    ...series.map(({ t }) => t + 1_000),
    ...timeline.map((one) => one.endMs ?? one.startMs),
  );
  const bands = timeline
    .filter(({ kind }) => kind === 'fault')
    .map((one) => ({
      name: one.name,
      target: '',
      fromMs: one.startMs,
      toMs: one.endMs ?? endMs,
      text: one.text ?? '',
    }));
  return { ticks: series, bands, endMs, events: timeline.filter(({ kind }) => kind !== 'fault') };
}

/** All of it, or up to a moment, with lines at `marks`. */
export function shownOf({ bands, endMs }: Course, marks: readonly number[] = []): Shown {
  return { fromMs: 0, toMs: endMs, bands, marks };
}

/** The course as it was at a moment: nothing that came later. */
export function until(course: Course, ms: number): Course {
  return {
    ...course,
    ticks: course.ticks.filter(({ t }) => t <= ms),
    bands: course.bands
      .filter(({ fromMs }) => fromMs <= ms)
      .map((band) => ({ ...band, toMs: Math.min(band.toMs ?? ms, ms) })),
    events: course.events.filter(({ startMs }) => startMs <= ms),
  };
}
