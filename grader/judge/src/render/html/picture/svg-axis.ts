import { type Markup, markup } from '../../markup.ts';
import { seconds } from '../../text.ts';

/** The one axis that all rows of the picture share. Widths are shares, so that text keeps its size on any screen. */
export interface TimeAxis {
  readonly ticksMs: readonly number[];
  /** From 0 at the beginning to 1 at the end. */
  share(atMs: number): number;
  /** A place as SVG writes it: `12.34%`. */
  at(atMs: number): string;
}

const ticksMax = 7;

/** Null where nothing has a moment. */
export function timeAxis(momentsMs: Iterable<number>): TimeAxis | null {
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  for (const atMs of momentsMs) {
    fromMs = Math.min(fromMs, atMs);
    toMs = Math.max(toMs, atMs);
  }
  if (fromMs > toMs) return null;
  const spanMs = toMs > fromMs ? toMs - fromMs : 1;
  const share = (atMs: number): number => Math.min(1, Math.max(0, (atMs - fromMs) / spanMs));
  return { share, at: (atMs) => percent(share(atMs)), ticksMs: ticks(fromMs, fromMs + spanMs) };
}

export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}

/** Round moments: steps of 1, 2 or 5 times a power of ten. */
function ticks(fromMs: number, toMs: number): number[] {
  const least = (toMs - fromMs) / ticksMax;
  const power = 10 ** Math.floor(Math.log10(least));
  const stepMs = power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
  const first = Math.ceil(fromMs / stepMs);
  const count = Math.floor(toMs / stepMs) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_item, index) => (first + index) * stepMs);
}

/** Height of the line of numbers above the rows. */
export const axisHeightPx = 24;

/** Numbers on top, and lines through all rows. */
export function axisMarkup(axis: TimeAxis, heightPx: number): Markup {
  const [one = 0, other = 1_000] = axis.ticksMs;
  const digits = Math.min(6, Math.max(0, 3 - Math.floor(Math.log10(other - one) + 1e-9)));
  return markup`${axis.ticksMs.map(
    (
      tickMs,
    ) => markup`<line class="grid" x1="${axis.at(tickMs)}" x2="${axis.at(tickMs)}" y1="${axisHeightPx - 6}" y2="${heightPx}" />
<text class="tick-text" x="${axis.at(tickMs)}" y="12" text-anchor="${anchor(axis.share(tickMs))}">${seconds(tickMs, digits)} s</text>
`,
  )}`;
}

/** Numbers at the edges stay inside. */
function anchor(share: number): string {
  if (share < 0.04) return 'start';
  return share > 0.96 ? 'end' : 'middle';
}
