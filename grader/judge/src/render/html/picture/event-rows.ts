import type { ExperimentRecord } from '@lab/sdk';
import type { StoryEvent } from '../../../story/run-story.ts';
import { grouped } from '../data-table.ts';
import type { Page, Recorded } from '../page.ts';
import type { PictureRow } from './picture-row.ts';
import type { TimeAxis } from './svg-axis.ts';
import { type Lane, lanesRow } from './svg-lanes.ts';

/** A lane per phase. One without an end was cut short with the run. */
export function phaseRow({ story }: Recorded, axis: TimeAxis): PictureRow {
  const phases = story.timeline.filter(({ kind }) => kind === 'phase');
  const lanes = [...Map.groupBy(phases, ({ name }) => name)].map(
    ([name, stretches]): Lane => ({
      label: name,
      bars: stretches.map(({ startMs, endMs }) => ({
        startMs,
        endMs: endMs ?? Number.POSITIVE_INFINITY,
        form: endMs === null ? 'phase open' : 'phase',
      })),
    }),
  );
  return lanesRow({ title: 'Phases', noun: 'phase', lanes, axis });
}

/** A lane per experiment: attempts that were not reached are hollow. */
export function experimentRow({ evidence }: Recorded, { findings }: Page, axis: TimeAxis): PictureRow {
  const found = (id: string): string[] => [
    ...new Set(findings.filter(({ finding }) => finding.refs.experiment === id).map(({ finding }) => finding.code)),
  ];
  const lanes = [...Map.groupBy(evidence.experiments, ({ experiment }) => experiment)].map(([id, attempts]) =>
    experimentLane(attempts, found(id)),
  );
  return lanesRow({ title: 'Experiments', noun: 'experiment', lanes, axis });
}

function experimentLane(attempts: readonly ExperimentRecord[], found: readonly string[]): Lane {
  const reached = attempts.filter((attempt) => attempt.reached).length;
  const words = [
    attempts[0]?.experiment ?? '',
    ...(reached === attempts.length ? [] : [`reached in ${reached} of ${attempts.length} attempts`]),
    // The sign stays on the line of what it marks.
    ...(found.length === 0 || reached === 0 ? [] : [`✗\u00a0${found.join(', ')}`]),
  ];
  return {
    label: words.join(', '),
    bars: attempts.map(({ startMs, endMs, reached: isReached }) => ({
      startMs,
      endMs,
      form: isReached ? (found.length > 0 ? 'found' : 'reached') : 'unreached',
    })),
  };
}

const disturbances: readonly StoryEvent['kind'][] = ['hold', 'fault', 'change', 'log', 'exit'];

/** A lane per kind of hold or fault, and per process that ended. */
export function disturbanceRow({ story }: Recorded, axis: TimeAxis): PictureRow {
  const events = story.timeline.filter(({ kind }) => disturbances.includes(kind));
  const lanes = [...Map.groupBy(events, ({ kind, name }) => `${kind} ${name}`).values()].map(disturbanceLane);
  return lanesRow({ title: 'Holds, faults, and processes that ended', noun: 'kind', lanes, axis });
}

function disturbanceLane(events: readonly StoryEvent[]): Lane {
  const { name, kind } = events[0] ?? { name: '', kind: 'log' };
  const times = events.length === 1 ? '' : `, ${grouped(events.length)} times`;
  return {
    label: kind === 'exit' ? `${name} ended${times}` : `${name}${times}`,
    bars: events.map((event) => ({
      startMs: event.startMs,
      endMs: event.endMs,
      form: event.kind === 'exit' ? 'ended' : event.endMs === null ? 'point' : 'stretch',
    })),
  };
}
