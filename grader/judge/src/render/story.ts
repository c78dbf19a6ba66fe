import type { Operation } from '@lab/sdk';
import type { RunStory, StoryEvent, StoryOperations } from '../story/run-story.ts';
import type { Page, RenderOptions } from './terminal.ts';
import { columns, createPaint, hanging, padEnd, seconds, withoutControls } from './text.ts';

export interface StoryOptions extends RenderOptions {
  /** What an experiment does, by its id. */
  readonly titles?: Readonly<Record<string, string>>;
}

const operationsShown = 60;
const indents: Readonly<Record<StoryEvent['kind'], string>> = {
  phase: '',
  experiment: '  ',
  hold: '    ',
  fault: '    ',
  change: '    ',
  log: '    ',
  exit: '',
};

/** The timeline of a run, and the operations that its findings name, for people. Ends with a line end. */
export function renderStory(story: RunStory, options: StoryOptions): string {
  const page: Page = { paint: createPaint(options.color), width: Math.min(100, Math.max(50, options.width)) };
  const sections = [
    timelineSection(story.timeline, { ...page, titles: options.titles ?? {} }),
    ...story.operations.map((named, index) => operationsSection(named, { ...page, isFirst: index === 0 })),
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function timelineSection(
  timeline: readonly StoryEvent[],
  page: Page & { readonly titles: Readonly<Record<string, string>> },
): string[] {
  const heading = `${page.paint('bold', 'Timeline')}  seconds since the run’s clock started`;
  if (timeline.length === 0) return [heading, 'Nothing was recorded.'];
  const times = timeline.map(timeText);
  const timeWidth = Math.max(...times.map(columns));
  return [
    heading,
    ...timeline.flatMap((event, index) => {
      const first = `${padEnd(times[index] ?? '', timeWidth)}  ${indents[event.kind]}`;
      return hanging(first, eventText(event, page.titles), page.width).map((line) => emphasise(line, event, page));
    }),
  ];
}

/** Stretches as `4.71–4.99`, moments as `4.71`. */
function timeText({ startMs, endMs }: StoryEvent): string {
  const start = seconds(startMs, 2).padStart(6);
  return endMs === null ? start : `${start}–${seconds(endMs, 2)}`;
}

function eventText(event: StoryEvent, titles: Readonly<Record<string, string>>): string {
  const title = event.kind === 'experiment' ? titles[event.name] : undefined;
  const name = event.kind === 'exit' ? `${event.name} ${event.text ?? 'ended'}` : event.name;
  const rest = event.kind === 'exit' ? null : event.text;
  const found = event.findings.length === 0 ? null : `✗ ${event.findings.join(', ')}`;
  const about = [title, rest, found].filter((part) => part !== null && part !== undefined);
  return withoutControls(about.length === 0 ? name : `${name}: ${about.join('; ')}`).replaceAll('\n', ' ');
}

function emphasise(line: string, event: StoryEvent, { paint }: Page): string {
  if (event.findings.length > 0 || event.kind === 'exit') return paint('red', line);
  return event.kind === 'phase' ? paint('bold', line) : line;
}

function operationsSection(named: StoryOperations, { paint, width, isFirst }: Page & { isFirst: boolean }): string[] {
  const shown = named.operations.slice(0, operationsShown);
  const more = named.operations.length - shown.length;
  const keys = new Set(named.operations.map(({ key }) => key));
  const [key] = keys;
  return [
    ...(isFirst ? [paint('bold', 'Operations that the findings name'), ''] : []),
    ...hanging('', named.title, width),
    ...(keys.size === 1 && key !== undefined ? [`All about ${withoutControls(key)}.`] : []),
    ...table([headings, ...shown.map(row)]),
    ...(more > 0 ? [`and ${more} more: run again with --json`] : []),
    ...(named.missing.length > 0 ? hanging('', `Not in the history: ${named.missing.join(', ')}.`, width) : []),
  ];
}

const clientWidth = 24;

function shortened(text: string): string {
  return columns(text) <= clientWidth ? text : `${text.slice(0, clientWidth - 1)}…`;
}

const headings = ['operation', 'client', 'kind', 'replica', 'view', 'value', 'from–to (s)', 'outcome'];

function row(operation: Operation): string[] {
  const { id, client, kind, replica, view, value, startMs, endMs, outcome, status } = operation;
  return [
    String(id).padStart(headings[0]?.length ?? 0),
    shortened(withoutControls(client)),
    kind,
    replica,
    withoutControls(view),
    value === null ? '–' : String(value),
    `${seconds(startMs, 3)}–${seconds(endMs, 3)}`,
    status === 0 ? outcome : `${outcome} ${status}`,
  ];
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = headings.map((_heading, column) => Math.max(...rows.map((cells) => columns(cells[column] ?? ''))));
  return rows.map((cells) =>
    cells
      .map((cell, column) => padEnd(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
