import type { Report } from '@lab/sdk';
import type { Tick } from './run/run-model.ts';
import type { LabEvent } from './stream/follow-events.ts';

/** A row of `/api/runs`. */
export interface ListedRun {
  readonly run: string;
  readonly grade: string | null;
  readonly kind: 'grade' | 'practice' | 'unfinished';
  readonly scenario: string | null;
  readonly subject: string | null;
  readonly verdict: string | null;
  readonly score: number | null;
  readonly maxScore: number | null;
}

/** A stretch or moment of a graded run. */
export interface CourseEvent {
  readonly kind: string;
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number | null;
  readonly text: string | null;
}

export interface NamedOperation {
  readonly id: number;
  readonly client: string;
  readonly kind: string;
  readonly view: string;
  readonly replica: string;
  readonly key: string;
  readonly value: number | null;
  readonly startMs: number;
  readonly endMs: number;
  readonly outcome: string;
  readonly status: number;
}

/** What `/api/runs/<run>` answers of a grade. */
export interface GradeDocument {
  readonly kind: 'grade';
  readonly run: string;
  readonly grade: string | null;
  readonly report: Report;
  readonly timeline: readonly CourseEvent[];
  readonly operations: readonly { readonly check: string; readonly operations: readonly NamedOperation[] }[];
  readonly series: readonly Tick[];
  readonly hints: { readonly total: number; readonly seen: readonly string[] };
  readonly lessons: Readonly<
    Record<
      string,
      {
        readonly lesson: string | null;
        readonly paragraphs: readonly string[];
        readonly experiments: readonly string[];
      }
    >
  >;
  /** The newest stored run of the reference in the same scenario. */
  readonly reference: string | null;
}

/** What it answers of a practice session. */
export interface PracticeDocument {
  readonly kind: 'practice';
  readonly run: string;
  readonly grade: null;
  readonly events: readonly LabEvent[];
}

export type RunDocument = GradeDocument | PracticeDocument;

/** Where a run is asked for. */
export function runPath(run: string, grade: string | null): string {
  return `/api/runs/${run}${grade === null ? '' : `/${grade}`}`;
}

/** The address of a page about a run. */
export function pageOf(page: 'result' | 'replay', run: string, grade: string | null): string {
  return `/console/${page}/?run=${run}${grade === null ? '' : `&grade=${grade}`}`;
}

/** What the address of this page names; null where it names nothing that could be a run. */
export function namedRun(search: string): { readonly run: string; readonly grade: string | null } | null {
  const given = new URLSearchParams(search);
  const run = given.get('run') ?? '';
  const grade = given.get('grade');
  if (!/^\d{8}-\d{6}-[0-9a-f]{4}$/.test(run)) return null;
  return { run, grade: grade !== null && /^[a-z0-9-]+$/.test(grade) ? grade : null };
}

/** `20260101-120000-abcd` as `1 January, 12:00`, in UTC as the lab names its runs. */
export function runMoment(run: string): string {
  const [, year, month, day, hour, minute] = /^(\d{4})(\d{2})(\d{2})-(\d{2})(\d{2})/.exec(run) ?? [];
  return year === undefined ? run : `${year}-${month}-${day} ${hour}:${minute}`;
}
