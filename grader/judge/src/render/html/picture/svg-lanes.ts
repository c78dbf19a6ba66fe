import { type Markup, markup } from '../../markup.ts';
import { grouped } from '../data-table.ts';
import { type LabelledLane, labelLanes, labelMarkup, lanesHeightPx } from './label-lanes.ts';
import type { PictureRow } from './picture-row.ts';
import { percent, type TimeAxis } from './svg-axis.ts';

/** A stretch of time, or a moment where `endMs` is null. Its form names classes of the style sheet. */
export interface Bar {
  readonly startMs: number;
  readonly endMs: number | null;
  readonly form: 'reached' | 'unreached' | 'found' | 'stretch' | 'point' | 'ended' | 'phase' | 'phase open';
}

/** Bars of one thing. The label says in words what their form shows. */
export interface Lane {
  readonly label: string;
  readonly bars: readonly Bar[];
}

interface LanesRow {
  readonly title: string;
  /** What a lane stands for, in the singular. */
  readonly noun: string;
  readonly lanes: readonly Lane[];
  readonly axis: TimeAxis;
}

const barTopPx = 18;
/** With a label of one line. */
const laneHeightPx = 30;
const barHeightPx = 8;
const lanesMax = 40;
const barsPerLaneMax = 200;

/** Lanes below each other, each with its label above its bars: beside them there is no room on a small screen. */
export function lanesRow({ title, noun, lanes, axis }: LanesRow): PictureRow {
  const placed = labelLanes(lanes.slice(0, lanesMax), { heightPx: laneHeightPx, labelOf: ({ label }) => label });
  return {
    title: placed.length === 0 ? `${title}: none` : title,
    heightPx: lanesHeightPx(placed),
    leftOut: leftOutText(lanes, noun),
    draw: (topPx) => markup`${placed.map((lane) => drawLane(lane, { axis, topPx: topPx + lane.fromPx }))}`,
  };
}

function leftOutText(lanes: readonly Lane[], noun: string): string | null {
  const lanesOut = Math.max(0, lanes.length - lanesMax);
  const barsOut = lanes
    .slice(0, lanesMax)
    .reduce((sum, { bars }) => sum + Math.max(0, bars.length - barsPerLaneMax), 0);
  const parts = [
    ...(lanesOut > 0 ? [`${grouped(lanesOut)} ${noun}${lanesOut === 1 ? '' : 's'}`] : []),
    ...(barsOut > 0 ? [`${grouped(barsOut)} bars of other ${noun}s`] : []),
  ];
  return parts.length === 0 ? null : parts.join(' and ');
}

function drawLane(
  { lane, lines, extraPx }: LabelledLane<Lane>,
  { axis, topPx }: { readonly axis: TimeAxis; readonly topPx: number },
): Markup {
  const bars = lane.bars.slice(0, barsPerLaneMax);
  return markup`${labelMarkup(lines, topPx)}${bars.map((bar) => drawBar(bar, { axis, topPx: topPx + extraPx + barTopPx }))}`;
}

function drawBar(bar: Bar, { axis, topPx }: { readonly axis: TimeAxis; readonly topPx: number }): Markup {
  const x = axis.at(bar.startMs);
  if (bar.endMs === null) {
    return markup`<line class="${bar.form}" x1="${x}" x2="${x}" y1="${topPx - 2}" y2="${topPx + barHeightPx + 2}" />
`;
  }
  const width = percent(axis.share(bar.endMs) - axis.share(bar.startMs));
  return markup`<rect class="${bar.form}" x="${x}" y="${topPx}" width="${width}" height="${barHeightPx}" />
`;
}
