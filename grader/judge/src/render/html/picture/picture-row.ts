import { type Markup, markup } from '../../markup.ts';
import { axisHeightPx, axisMarkup, type TimeAxis } from './svg-axis.ts';

/** One row of the picture, below its title. */
export interface PictureRow {
  readonly title: string;
  readonly heightPx: number;
  draw(topPx: number): Markup;
  /** What lies behind all rows, so that it crosses no text. */
  readonly drawBehind?: (topPx: number) => Markup;
  /** All other rows are for the eye: their tables say the same. */
  readonly hasLinks?: true;
  /** What did not fit, as `3 experiments`; null when all is drawn. */
  readonly leftOut: string | null;
}

const titleHeightPx = 20;
const gapPx = 12;

export function pictureHeightPx(rows: readonly PictureRow[]): number {
  return rows.reduce((sum, row) => sum + titleHeightPx + row.heightPx + gapPx, axisHeightPx);
}

/** The rows below each other, with the axis behind them. */
export function drawRows(rows: readonly PictureRow[], axis: TimeAxis): Markup {
  let topPx = axisHeightPx;
  const behind: (Markup | null)[] = [];
  const drawn: Markup[] = [];
  for (const row of rows) {
    behind.push(row.drawBehind?.(topPx + titleHeightPx) ?? null);
    drawn.push(drawRow(row, topPx));
    topPx += titleHeightPx + row.heightPx + gapPx;
  }
  return markup`<g aria-hidden="true">
${axisMarkup(axis, topPx - gapPx)}${behind}</g>
${drawn}`;
}

function drawRow(row: PictureRow, topPx: number): Markup {
  const body = markup`<text class="row-title" x="0" y="${topPx + 14}">${row.title}</text>
${row.draw(topPx + titleHeightPx)}`;
  return row.hasLinks === true
    ? body
    : markup`<g aria-hidden="true">
${body}</g>
`;
}
