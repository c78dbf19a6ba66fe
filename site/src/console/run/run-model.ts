import type { Place } from '../files/file-panel.ts';
import type { LabEvent } from '../stream/follow-events.ts';
import { changeOf, placeAfter } from './change-text.ts';
import { type LiveGrade, withGradeEvent, withoutSession } from './live-grade.ts';

/** Figures of one second, by the name of their series; null is a gap. */
export interface Tick {
  /** Milliseconds since the run's clock started. */
  readonly t: number;
  readonly s: Readonly<Record<string, number | null>>;
}

/** A stretch in which something was disturbed. */
export interface Band {
  readonly name: string;
  readonly target: string;
  readonly fromMs: number;
  /** Null while it lasts. */
  readonly toMs: number | null;
  readonly text: string;
}

export interface Change {
  readonly t: number;
  readonly kind: 'fault' | 'code' | 'load' | 'process' | 'phase' | 'check' | 'grade' | 'files' | 'threshold';
  readonly text: string;
}

export interface LogEntry {
  readonly t: number;
  readonly level: string;
  readonly source: string;
  readonly text: string;
}

/** What a page shows of one run. */
export interface RunModel {
  readonly ticks: readonly Tick[];
  /** Of each fault what was told, in the order of the run. */
  readonly faults: readonly LabEvent[];
  readonly bands: readonly Band[];
  readonly changes: readonly Change[];
  readonly logs: readonly LogEntry[];
  /** Null until a grade was told of. */
  readonly grade: LiveGrade | null;
  /** Where the learner's code is wrong; null where nothing is known to be. */
  readonly wrong: Place | null;
}

export const emptyRun: RunModel = { ticks: [], faults: [], bands: [], changes: [], logs: [], grade: null, wrong: null };

const ticksMax = 3_600;
const logsMax = 1_000;
const changesMax = 500;

/** The run after one more event; the same object where it changes nothing. Never changes what it was given. */
export function withEvent(model: RunModel, event: LabEvent): RunModel {
  const t = event.t ?? 0;
  switch (event.event) {
    case 'tick':
      return { ...model, ticks: addTick(model.ticks, { t, s: (event['s'] ?? {}) as Tick['s'] }) };
    case 'log': {
      const entry = { t, level: word(event['level']), source: word(event['source']), text: word(event['text']) };
      return { ...model, logs: [...model.logs, entry].slice(-logsMax) };
    }
    case 'fault':
      return noted(withFault(model, event), { t, kind: 'fault', text: faultText(event) });
    case 'change':
      return noted({ ...model, wrong: placeAfter(model.wrong, event) }, changeOf(event, t));
    case 'phase':
      return noted(model, { t, kind: 'phase', text: `${word(event['name'])}: ${word(event['state'])}` });
    case 'check':
    case 'grade': {
      const graded = { ...model, grade: withGradeEvent(model.grade, event) };
      const text = gradeText(event);
      return text === null ? graded : noted(graded, { t, kind: event.event, text });
    }
    case 'bye': {
      const ended = model.bands.map((band) => ({ ...band, toMs: band.toMs ?? t }));
      const left = { ...model, bands: ended, grade: withoutSession(model.grade) };
      return noted(left, { t, kind: 'phase', text: 'The session has ended' });
    }
    default:
      return model;
  }
}

function noted(model: RunModel, change: Change): RunModel {
  return { ...model, changes: inOrder([...model.changes, change], (one) => one.t).slice(-changesMax) };
}

/** Ticks come in order but for a clock that was set back; a second is never there twice. */
function addTick(ticks: readonly Tick[], tick: Tick): readonly Tick[] {
  const last = ticks.at(-1);
  if (last === undefined || tick.t > last.t) return [...ticks, tick].slice(-ticksMax);
  return [...ticks.filter(({ t }) => t !== tick.t), tick].sort((one, other) => one.t - other.t).slice(-ticksMax);
}

function targetOf(event: LabEvent): string {
  const detail = (event['detail'] ?? {}) as Readonly<Record<string, unknown>>;
  return word(detail['target'] ?? detail['replica'] ?? detail['dependency']);
}

/** Bands are made anew from all that was told: an end may have come before its begin. */
function withFault(model: RunModel, event: LabEvent): RunModel {
  const faults = inOrder([...model.faults, event], ({ seq, t = 0 }) => seq ?? t);
  return { ...model, faults, bands: faults.reduce<readonly Band[]>(withBand, []) };
}

function withBand(bands: readonly Band[], event: LabEvent): readonly Band[] {
  const name = word(event['name']);
  const target = targetOf(event);
  const t = event.t ?? 0;
  if (event['state'] === 'on') {
    return [...bands, { name, target, fromMs: t, toMs: null, text: word(event['measured']) }];
  }
  if (event['state'] !== 'off') return bands;
  const open = bands.findIndex((band) => band.name === name && band.target === target && band.toMs === null);
  return bands.map((band, index) => (index === open ? { ...band, toMs: t } : band));
}

function inOrder<T>(values: readonly T[], by: (value: T) => number): readonly T[] {
  const [before, last] = values.slice(-2);
  const isSorted = before === undefined || last === undefined || by(before) <= by(last);
  return isSorted ? values : [...values].sort((one, other) => by(one) - by(other));
}

const faultStates: Readonly<Record<string, string>> = {
  on: 'is on',
  off: 'is over',
  failed: 'had no effect and was undone',
  stays: 'should be over, and is not',
};

function faultText(event: LabEvent): string {
  const state = faultStates[word(event['state'])] ?? word(event['state']);
  const target = targetOf(event);
  const measured = word(event['measured']);
  return `${word(event['name'])}${target === '' ? '' : ` on ${target}`} ${state}${measured === '' ? '' : `: ${measured}`}`;
}

/** Of a grade the feed tells its begin, what did not pass, and its end; the rest is beside it. */
function gradeText(event: LabEvent): string | null {
  const status = word(event['status']);
  if (event.event === 'check') {
    return ['failed', 'inconclusive'].includes(status) ? `${word(event['id'])}: ${status}` : null;
  }
  const { score, maxScore } = event as { readonly score?: unknown; readonly maxScore?: unknown };
  const texts: Readonly<Record<string, string>> = {
    begun: `A grade of ${word(event['subject'])} begins`,
    judged: `The grade is ${word(event['verdict'])}: ${word(score)} of ${word(maxScore)} points`,
    cut: 'The grade ended before it was judged',
  };
  return texts[word(event['state'])] ?? null;
}

function word(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
