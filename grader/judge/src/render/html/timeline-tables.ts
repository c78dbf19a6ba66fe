import type { Operation, Sample } from '@lab/sdk';
import type { StoryEvent } from '../../story/run-story.ts';
import { type Markup, markup } from '../markup.ts';
import { seconds } from '../text.ts';
import { dataTable, folded, grouped } from './data-table.ts';
import { findingLink, type Page, type Recorded } from './page.ts';
import type { ChosenOperations } from './picture/choose-operations.ts';
import { chooseLines, sampleName } from './picture/choose-samples.ts';
import type { TimedFinding } from './picture/svg-marks.ts';

const rowsMax = 1_000;

interface TimelineTables {
  readonly recorded: Recorded;
  readonly timed: readonly TimedFinding[];
  readonly chosen: ChosenOperations;
}

/** Everything that the picture shows, as tables; each is closed until it is wanted. */
export function timelineTables(page: Page, { recorded, timed, chosen }: TimelineTables): Markup {
  return markup`${eventsTable(page, recorded.story.timeline)}${operationsTable(chosen)}${findingsTable(timed)}${samplesTable(recorded.evidence.samples)}`;
}

function heading(what: string, shown: number, all: number): string {
  return shown === all ? `${what}: ${grouped(all)}` : `${what}: ${grouped(shown)} of ${grouped(all)}`;
}

function eventsTable({ titles }: Page, timeline: readonly StoryEvent[]): Markup | null {
  if (timeline.length === 0) return null;
  const rows = timeline.slice(0, rowsMax);
  return folded(
    heading('Phases, experiments, holds and faults as a table', rows.length, timeline.length),
    dataTable({
      id: 'events-table',
      caption: 'Phases, experiments, holds and faults, in order of time (seconds)',
      columns: [
        { title: 'From', cell: ({ startMs }) => seconds(startMs, 3) },
        { title: 'To', cell: ({ endMs }) => (endMs === null ? '–' : seconds(endMs, 3)) },
        { title: 'Kind', cell: ({ kind }) => kind },
        { title: 'Name', cell: ({ name }) => name },
        { title: 'What', cell: (event) => eventText(event, titles) },
        { title: 'Found', cell: ({ findings }) => (findings.length === 0 ? '–' : findings.join(', ')) },
      ],
      rows,
    }),
  );
}

function eventText({ kind, name, text }: StoryEvent, titles: Page['titles']): string {
  const title = kind === 'experiment' ? titles[name] : undefined;
  return [title, text].filter((part) => part !== undefined && part !== null).join('; ') || '–';
}

function operationsTable({ shown, leftOut }: ChosenOperations): Markup | null {
  if (shown.length === 0) return null;
  return folded(
    heading('Operations as a table', shown.length, shown.length + leftOut),
    dataTable({
      id: 'dots-table',
      caption: 'Operations that the picture shows (seconds)',
      columns: [
        { title: 'Operation', cell: (one: Operation) => one.id },
        { title: 'View', cell: ({ view }) => view },
        { title: 'Kind', cell: ({ kind }) => kind },
        { title: 'Replica', cell: ({ replica }) => replica },
        { title: 'From', cell: ({ startMs }) => seconds(startMs, 3) },
        { title: 'To', cell: ({ endMs }) => seconds(endMs, 3) },
        { title: 'Outcome', cell: ({ outcome, status }) => (status === 0 ? outcome : `${outcome} ${status}`) },
        { title: 'Value', cell: ({ value }) => value ?? '–' },
      ],
      rows: shown,
    }),
  );
}

function findingsTable(timed: readonly TimedFinding[]): Markup | null {
  if (timed.length === 0) return null;
  const rows = timed.slice(0, rowsMax);
  return folded(
    heading('Findings by time as a table', rows.length, timed.length),
    dataTable({
      id: 'moments-table',
      caption: 'Findings in order of time (seconds)',
      columns: [
        { title: 'Finding', cell: ({ number }) => findingLink(number) },
        { title: 'At', cell: ({ atMs }) => seconds(atMs, 3) },
        { title: 'Code', cell: ({ finding }) => finding.code },
        { title: 'Check', cell: ({ check }) => check.title },
      ],
      rows,
    }),
  );
}

/** The points of the lines, then samples that make no line. */
function samplesTable(samples: readonly Sample[]): Markup | null {
  if (samples.length === 0) return null;
  const drawn = chooseLines(samples).lines.flatMap(({ points }) => points);
  const known = new Set(drawn);
  const rows = [
    ...drawn,
    ...samples.filter((sample) => !known.has(sample)).slice(0, Math.max(0, rowsMax - drawn.length)),
  ];
  return folded(
    heading('Samples as a table', rows.length, samples.length),
    dataTable({
      id: 'samples-table',
      caption: 'Samples (seconds)',
      columns: [
        { title: 'Series', cell: sampleName },
        { title: 'At', cell: ({ atMs }: Sample) => seconds(atMs, 3) },
        { title: 'Value', cell: ({ value }) => value },
      ],
      rows,
    }),
  );
}
