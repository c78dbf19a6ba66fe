import type { CheckResult, Report } from '@lab/sdk';
import type { LabEvent } from '../stream/follow-events.ts';

/** A check of a grade that goes on, or that has been judged. */
export interface LiveCheck {
  readonly id: string;
  readonly title: string;
  readonly status: CheckResult['status'] | 'pending';
  readonly points: number;
  readonly maxPoints: number;
  readonly experiments: number;
  readonly reached: number;
  readonly observed: string | null;
  readonly expected: string | null;
  /** By which event it is so: a later one holds. */
  readonly seq: number;
}

export interface Judged {
  readonly verdict: Report['verdict'];
  readonly score: number;
  readonly maxScore: number;
  readonly problem: string | null;
}

/** The newest grade that the session was told of. */
export interface LiveGrade {
  /** The graded run. */
  readonly graded: string;
  readonly scenario: string;
  readonly subject: string;
  /** What it does now, for people. */
  readonly doing: string;
  readonly doingSeq: number;
  readonly checks: readonly LiveCheck[];
  readonly judged: Judged | null;
  readonly isCut: boolean;
  readonly seq: number;
}

/** The grade after one more event; null before the first. Events may come late, twice or in another order. */
export function withGradeEvent(grade: LiveGrade | null, event: LabEvent): LiveGrade | null {
  const { seq = 0 } = event;
  const graded = word(event['graded']);
  if (graded === '') return grade;
  const isOther = grade === null || grade.graded !== graded;
  // Of a grade before the one that is shown.
  if (isOther && grade !== null && seq < grade.seq) return grade;
  const now = isOther ? begun(graded, seq) : grade;
  if (event.event === 'check') return { ...now, checks: withCheck(now.checks, checkOf(event, seq)) };
  const at = { ...now, seq: Math.max(seq, now.seq) };
  switch (event['state']) {
    case 'begun':
      return { ...at, scenario: word(event['scenario']), subject: word(event['subject']) };
    case 'measuring':
      return seq < now.doingSeq ? at : { ...at, doing: doingOf(event), doingSeq: seq };
    case 'judged':
      return { ...at, judged: judgedOf(event) };
    case 'cut':
      return { ...at, isCut: true };
    default:
      return grade;
  }
}

/** A session that ends hears no more of its grade. */
export function withoutSession(grade: LiveGrade | null): LiveGrade | null {
  return grade === null || grade.judged !== null ? grade : { ...grade, isCut: true };
}

function begun(graded: string, seq: number): LiveGrade {
  const nothing = { scenario: '', subject: '', doing: 'begins', doingSeq: 0, checks: [], judged: null, isCut: false };
  return { graded, ...nothing, seq };
}

function withCheck(checks: readonly LiveCheck[], check: LiveCheck): readonly LiveCheck[] {
  const before = checks.find(({ id }) => id === check.id);
  if (before === undefined) return [...checks, check];
  return before.seq > check.seq ? checks : checks.map((one) => (one === before ? check : one));
}

const statuses = ['pending', 'passed', 'failed', 'inconclusive', 'not-applicable'] as const;

function checkOf(event: LabEvent, seq: number): LiveCheck {
  return {
    id: word(event['id']),
    title: word(event['title']),
    status: statuses.find((status) => status === event['status']) ?? 'pending',
    points: number(event['points']),
    maxPoints: number(event['maxPoints']),
    experiments: number(event['experiments']),
    reached: number(event['reached']),
    observed: typeof event['observed'] === 'string' ? event['observed'] : null,
    expected: typeof event['expected'] === 'string' ? event['expected'] : null,
    seq,
  };
}

const verdicts = ['passed', 'failed', 'rejected', 'inconclusive'] as const;

function judgedOf(event: LabEvent): Judged {
  return {
    verdict: verdicts.find((verdict) => verdict === event['verdict']) ?? 'inconclusive',
    score: number(event['score']),
    maxScore: number(event['maxScore']),
    problem: typeof event['problem'] === 'string' ? event['problem'] : null,
  };
}

const phases: Readonly<Record<string, string>> = {
  prepare: 'fresh data, your code boots',
  load: 'load begins',
  baseline: 'nothing is disturbed yet',
  disturb: 'orders of events are forced',
  recover: 'faults are undone, last reads',
  collect: 'the evidence is collected',
};

function doingOf(event: LabEvent): string {
  const phase = word(event['phase']);
  const experiment = word(event['experiment']);
  return experiment === '' ? (phases[phase] ?? phase) : `${phase}: ${experiment}`;
}

function word(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
