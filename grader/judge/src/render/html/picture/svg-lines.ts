import type { Sample } from '@lab/sdk';
import { type Markup, markup } from '../../markup.ts';
import { grouped } from '../data-table.ts';
import { chooseLines, type SampleLine } from './choose-samples.ts';
import { label, type PictureRow } from './picture-row.ts';
import type { TimeAxis } from './svg-axis.ts';

const laneHeightPx = 56;
const labelTopPx = 12;
const lineTopPx = 18;
const lineHeightPx = 32;

/** A small line per series that has more than one sample; its label has the least and the greatest value. */
export function sampleRow(samples: readonly Sample[], axis: TimeAxis): PictureRow | null {
  const { lines, leftOut } = chooseLines(samples);
  if (lines.length === 0) return null;
  return {
    title: 'Samples',
    heightPx: lines.length * laneHeightPx,
    leftOut: leftOut > 0 ? `${grouped(leftOut)} series of samples` : null,
    draw: (topPx) =>
      markup`${lines.map((line, index) => drawLine(line, { axis, topPx: topPx + index * laneHeightPx }))}`,
  };
}

function drawLine(
  { name, points }: SampleLine,
  { axis, topPx }: { readonly axis: TimeAxis; readonly topPx: number },
): Markup {
  const values = points.map(({ value }) => value);
  const least = Math.min(...values);
  const greatest = Math.max(...values);
  const height = (value: number): number => (greatest === least ? 0.5 : (value - least) / (greatest - least));
  const path = points.map(
    ({ atMs, value }) => `${rounded(axis.share(atMs) * 1_000)},${rounded((1 - height(value)) * lineHeightPx)}`,
  );
  return markup`<text class="lane" x="0" y="${topPx + labelTopPx}">${`${label(name)}: ${rounded(least)} to ${rounded(greatest)}`}</text>
<svg x="0" y="${topPx + lineTopPx}" width="100%" height="${lineHeightPx}" viewBox="0 0 1000 ${lineHeightPx}" preserveAspectRatio="none"><polyline class="line" vector-effect="non-scaling-stroke" points="${path.join(' ')}" /></svg>
`;
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}
