import { type Markup, markup } from '../../markup.ts';
import { seconds } from '../../text.ts';
import { grouped } from '../data-table.ts';
import type { NumberedFinding } from '../numbered-findings.ts';
import type { PictureRow } from './picture-row.ts';
import { axisHeightPx, type TimeAxis } from './svg-axis.ts';

/** Large enough to be hit with a finger. */
const markHeightPx = 26;
const radiusPx = 12;
/** Share of the width that a mark takes on a narrow screen. */
const markShare = 0.08;
const marksMax = 60;

export interface TimedFinding extends NumberedFinding {
  readonly atMs: number;
}

/** Findings that have a moment, in order of time. */
export function timedFindings(findings: readonly NumberedFinding[]): readonly TimedFinding[] {
  return findings
    .flatMap((one) => (one.finding.at === null ? [] : [{ ...one, atMs: one.finding.at }]))
    .sort((one, other) => one.atMs - other.atMs);
}

interface PlacedMark extends TimedFinding {
  readonly lane: number;
}

/** Findings as numbered marks that lead to their texts, each with a line through the rows above it. */
export function findingRow(timed: readonly TimedFinding[], axis: TimeAxis): PictureRow {
  const placed = place(timed.slice(0, marksMax), axis);
  const lanes = placed.reduce((most, { lane }) => Math.max(most, lane + 1), 0);
  const leftOut = timed.length - placed.length;
  return {
    title: placed.length === 0 ? 'Findings: none has a moment' : 'Findings, by number',
    heightPx: lanes * markHeightPx,
    hasLinks: true,
    leftOut: leftOut > 0 ? `${grouped(leftOut)} findings` : null,
    draw: (topPx) => markup`${placed.map((mark) => drawMark(mark, { axis, topPx }))}`,
    drawBehind: (topPx) => markup`${placed.map((mark) => drawMoment(mark, { axis, topPx }))}`,
  };
}

/** Marks that would cover each other go below each other. */
function place(timed: readonly TimedFinding[], axis: TimeAxis): PlacedMark[] {
  const lastShares: number[] = [];
  return timed.map((one) => {
    const share = axis.share(one.atMs);
    const free = lastShares.findIndex((last) => share - last >= markShare);
    const lane = free === -1 ? lastShares.length : free;
    lastShares[lane] = share;
    return { ...one, lane };
  });
}

interface Place {
  readonly axis: TimeAxis;
  readonly topPx: number;
}

const middlePx = ({ lane }: PlacedMark, topPx: number): number => topPx + lane * markHeightPx + radiusPx + 1;

function drawMark(mark: PlacedMark, { axis, topPx }: Place): Markup {
  const x = axis.at(mark.atMs);
  const y = middlePx(mark, topPx);
  const name = `Finding ${mark.number}, ${mark.finding.code}, at ${seconds(mark.atMs, 3)} s`;
  return markup`<a href="#finding-${mark.number}" aria-label="${name}"><circle class="number" cx="${x}" cy="${y}" r="${radiusPx}" /><text class="number-text" x="${x}" y="${y + 4}">${mark.number}</text></a>
`;
}

function drawMoment(mark: PlacedMark, { axis, topPx }: Place): Markup {
  const x = axis.at(mark.atMs);
  return markup`<line class="moment" x1="${x}" x2="${x}" y1="${axisHeightPx}" y2="${middlePx(mark, topPx) - radiusPx}" />
`;
}
