import { markup } from '../markup.ts';
import { grouped } from './data-table.ts';
import type { Page, Recorded, Section } from './page.ts';
import { chooseOperations } from './picture/choose-operations.ts';
import { disturbanceRow, experimentRow, phaseRow } from './picture/event-rows.ts';
import { drawRows, type PictureRow, pictureHeightPx } from './picture/picture-row.ts';
import { type TimeAxis, timeAxis } from './picture/svg-axis.ts';
import { dotForms, dotLegend, operationRow } from './picture/svg-dots.ts';
import { sampleRow } from './picture/svg-lines.ts';
import { findingRow, timedFindings } from './picture/svg-marks.ts';
import { timelineTables } from './timeline-tables.ts';

/** The run on one time axis, and the same numbers as tables. */
export function timelineSection(page: Page): Section {
  return { id: 'timeline', title: 'The run on one time axis', content: content(page) };
}

function content(page: Page) {
  const { recorded } = page;
  if (recorded === null) {
    return markup`<p>This run ended before there was evidence: it has no timeline.</p>
`;
  }
  const timed = timedFindings(page.findings);
  const axis = timeAxis(
    moments(
      recorded,
      timed.map(({ atMs }) => atMs),
    ),
  );
  if (axis === null) return markup`<p>Nothing was recorded.</p>\n`;
  const named = new Set(page.findings.flatMap(({ finding }) => finding.refs.operations ?? []));
  const chosen = chooseOperations(recorded.evidence.history, named);
  const rows = pictureRows(page, { recorded, axis, named, operations: chosen.shown });
  const marks = findingRow(timed, axis);
  const all = [...rows, marks];
  return markup`<figure aria-labelledby="picture-caption">
<div class="picture">
<svg class="canvas" height="${pictureHeightPx(all)}" role="group" aria-labelledby="picture-caption">
${dotForms}${drawRows(all, axis)}</svg>
</div>
<figcaption id="picture-caption">What happened when, in seconds since the run’s clock started. The tables below have the same numbers.${leftOutText(all, chosen)}</figcaption>
${dotLegend()}</figure>
${timelineTables(page, { recorded, timed, chosen })}`;
}

function* moments({ evidence, story }: Recorded, findingsMs: readonly number[]): Generator<number> {
  for (const { startMs, endMs } of story.timeline) yield* endMs === null ? [startMs] : [startMs, endMs];
  for (const { startMs, endMs } of evidence.history) yield* [startMs, endMs];
  for (const { atMs } of evidence.samples) yield atMs;
  yield* findingsMs;
}

function pictureRows(
  page: Page,
  options: {
    readonly recorded: Recorded;
    readonly axis: TimeAxis;
    readonly named: ReadonlySet<number>;
    readonly operations: Recorded['evidence']['history'];
  },
): PictureRow[] {
  const { recorded, axis, named, operations } = options;
  const samples = sampleRow(recorded.evidence.samples, axis);
  return [
    phaseRow(recorded, axis),
    experimentRow(recorded, page, axis),
    disturbanceRow(recorded, axis),
    operationRow({ operations, history: recorded.evidence.history, named, axis }),
    ...(samples === null ? [] : [samples]),
  ];
}

function leftOutText(rows: readonly PictureRow[], { shown, leftOut }: ReturnType<typeof chooseOperations>): string {
  const parts = [
    ...(leftOut > 0 ? [`${grouped(leftOut)} of ${grouped(shown.length + leftOut)} operations`] : []),
    ...rows.flatMap((row) => row.leftOut ?? []),
  ];
  return parts.length === 0 ? '' : ` Left out: ${parts.join('; ')}.`;
}
