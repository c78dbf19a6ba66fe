import type { Sample } from '@lab/sdk';
import { type Markup, markup } from '../../markup.ts';
import { grouped } from '../data-table.ts';
import { chooseLines, type SampleLine } from './choose-samples.ts';
import { type LabelledLane, labelLanes, labelMarkup, lanesHeightPx } from './label-lanes.ts';
import type { PictureRow } from './picture-row.ts';
import type { TimeAxis } from './svg-axis.ts';

const laneHeightPx = 56;
const lineTopPx = 18;
const lineHeightPx = 32;

/** A small line per series that has more than one sample; its label has the least and the greatest value. */
export function sampleRow(samples: readonly Sample[], axis: TimeAxis): PictureRow | null {
  const { lines, leftOut } = chooseLines(samples);
  if (lines.length === 0) return null;
  const placed = labelLanes(lines, { heightPx: laneHeightPx, labelOf: lineLabel });
  return {
    title: 'Samples',
    heightPx: lanesHeightPx(placed),
    leftOut: leftOut > 0 ? `${grouped(leftOut)} series of samples` : null,
    draw: (topPx) => markup`${placed.map((one) => drawLine(one, { axis, topPx: topPx + one.fromPx }))}`,
  };
}

function lineLabel(line: SampleLine): string {
  const { least, greatest } = rangeOf(line);
  return `${line.name}: ${rounded(least)}\u00a0to\u00a0${rounded(greatest)}`;
}

function rangeOf({ points }: SampleLine): { readonly least: number; readonly greatest: number } {
  const values = points.map(({ value }) => value);
  return { least: Math.min(...values), greatest: Math.max(...values) };
}

function drawLine(
  { lane, lines, extraPx }: LabelledLane<SampleLine>,
  { axis, topPx }: { readonly axis: TimeAxis; readonly topPx: number },
): Markup {
  const { least, greatest } = rangeOf(lane);
  const height = (value: number): number => (greatest === least ? 0.5 : (value - least) / (greatest - least));
  const path = lane.points.map(
    ({ atMs, value }) => `${rounded(axis.share(atMs) * 1_000)},${rounded((1 - height(value)) * lineHeightPx)}`,
  );
  return markup`${labelMarkup(lines, topPx)}<svg x="0" y="${topPx + extraPx + lineTopPx}" width="100%" height="${lineHeightPx}" viewBox="0 0 1000 ${lineHeightPx}" preserveAspectRatio="none"><polyline class="line" vector-effect="non-scaling-stroke" points="${path.join(' ')}" /></svg>
`;
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}
