import type { ExperimentRecord } from '@lab/sdk';
import type { StoryEvent } from '../../../story/run-story.ts';
import { type Markup, markup } from '../../markup.ts';
import { grouped } from '../data-table.ts';
import type { Page, Recorded } from '../page.ts';
import { label, type PictureRow } from './picture-row.ts';
import { percent, type TimeAxis } from './svg-axis.ts';
import { type Lane, lanesRow } from './svg-lanes.ts';

const phaseHeightPx = 22;
const phasesMax = 200;

/** The phases in one lane, each with its name inside, as far as there is room. */
export function phaseRow({ story }: Recorded, axis: TimeAxis): PictureRow {
  const phases = story.timeline.filter(({ kind }) => kind === 'phase');
  const leftOut = phases.length - phasesMax;
  return {
    title: 'Phases',
    heightPx: phaseHeightPx,
    leftOut: leftOut > 0 ? `${grouped(leftOut)} phases` : null,
    draw: (topPx) => markup`${phases.slice(0, phasesMax).map((phase) => drawPhase(phase, { axis, topPx }))}`,
  };
}

function drawPhase(phase: StoryEvent, { axis, topPx }: { readonly axis: TimeAxis; readonly topPx: number }): Markup {
  // A phase is a stretch: one without an end was cut short with the run.
  const isOpen = phase.endMs === null;
  const end = phase.endMs === null ? 1 : axis.share(phase.endMs);
  const width = percent(end - axis.share(phase.startMs));
  return markup`<svg x="${axis.at(phase.startMs)}" y="${topPx}" width="${width}" height="${phaseHeightPx}"><rect class="phase${isOpen ? ' open' : ''}" width="100%" height="100%" /><text x="4" y="15">${label(phase.name)}</text></svg>
`;
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
    ...(found.length === 0 || reached === 0 ? [] : [`✗ ${found.join(', ')}`]),
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
