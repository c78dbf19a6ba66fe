import { figureText } from '../charts/chart-data.ts';
import type { Place } from '../files/file-panel.ts';
import type { LabEvent } from '../stream/follow-events.ts';
import type { Change } from './run-model.ts';

/** A `change` of the session, as the feed tells it. */
export function changeOf(event: LabEvent, t: number): Change {
  const name = word(event['name']);
  const state = word(event['state']);
  switch (name) {
    case 'files':
      return { t, kind: 'files', text: `You saved ${filesText(event)}` };
    case 'code':
      return {
        t,
        kind: 'code',
        text: state === 'boots' ? 'Your code boots' : `Your code does not boot${problem(event)}`,
      };
    case 'load':
      return { t, kind: 'load', text: `The load is ${state}` };
    case 'threshold':
      return { t, kind: 'threshold', text: thresholdText(event) };
    default:
      return { t, kind: 'process', text: `${name} ${state}${afterSave(event)}${problem(event)}` };
  }
}

/** Where the code is wrong after this change, when it was wrong at `before`. */
export function placeAfter(before: Place | null, event: LabEvent): Place | null {
  if (event['name'] === 'code' && event['state'] === 'boots') return null;
  const { file, line } = (event['problem'] ?? {}) as Readonly<Record<string, unknown>>;
  if (word(file) === '') return before;
  return { path: word(file), line: typeof line === 'number' ? line : null };
}

function filesText(event: LabEvent): string {
  const paths = Array.isArray(event['paths']) ? event['paths'].map(word).filter((path) => path !== '') : [];
  const more = typeof event['more'] === 'number' && event['more'] > 0 ? ` and ${event['more']} more` : '';
  return `${paths.length === 0 ? 'files' : paths.join(', ')}${more}`;
}

function thresholdText(event: LabEvent): string {
  const unit = word(event['unit']);
  const figure = (value: unknown): string => {
    const text = figureText(typeof value === 'number' ? value : null);
    return unit === '' ? text : `${text} ${unit}`;
  };
  const now = `${word(event['what'])}: ${figure(event['value'])}`;
  return event['state'] === 'above'
    ? `${now}, over its limit of ${figure(event['limit'])}`
    : `${now}, back within its limit of ${figure(event['limit'])}`;
}

function afterSave(event: LabEvent): string {
  const since = event['sinceChangeMs'];
  return typeof since === 'number' && since > 0 ? `, ${(since / 1_000).toFixed(1)} s after the save` : '';
}

/** What is wrong with the learner's code, and where. */
function problem(event: LabEvent): string {
  const { message, file, line } = (event['problem'] ?? {}) as Readonly<Record<string, unknown>>;
  if (word(message) === '') return '';
  const place = word(file) === '' ? '' : ` ${word(file)}${typeof line === 'number' ? `:${line}` : ''}:`;
  return `:${place} ${word(message)}`;
}

function word(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
