import { type Markup, markup } from '../../markup.ts';
import { wrap } from '../../text.ts';

const lineLengthMax = 40;
const linesMax = 2;
const lineHeightPx = 14;
const baselinePx = 12;

/** A lane and its place in the row. */
export interface LabelledLane<Lane> {
  readonly lane: Lane;
  readonly lines: readonly string[];
  /** Below the beginning of the row. */
  readonly fromPx: number;
  readonly heightPx: number;
  /** By how much the label is higher than one line: what is below it starts so much lower. */
  readonly extraPx: number;
}

/** Lanes below each other, each as high as its label needs. `heightPx` is that of a lane whose label has one line. */
export function labelLanes<Lane>(
  lanes: readonly Lane[],
  { heightPx, labelOf }: { readonly heightPx: number; readonly labelOf: (lane: Lane) => string },
): LabelledLane<Lane>[] {
  let fromPx = 0;
  return lanes.map((lane) => {
    const lines = labelLines(labelOf(lane));
    const extraPx = (lines.length - 1) * lineHeightPx;
    const labelled = { lane, lines, fromPx, heightPx: heightPx + extraPx, extraPx };
    fromPx += labelled.heightPx;
    return labelled;
  });
}

export function lanesHeightPx(lanes: readonly LabelledLane<unknown>[]): number {
  return lanes.reduce((sum, { heightPx }) => sum + heightPx, 0);
}

/** Lines that fit a phone, since text in a picture does not wrap; the table has it whole. */
export function labelLines(text: string): readonly string[] {
  const lines = wrap(text, lineLengthMax);
  const isCut = lines.length > linesMax;
  return lines.slice(0, linesMax).map((line, index) => shortened(isCut && index === linesMax - 1 ? `${line} …` : line));
}

function shortened(line: string): string {
  return line.length <= lineLengthMax ? line : `${line.slice(0, lineLengthMax - 1)}…`;
}

export function labelMarkup(lines: readonly string[], topPx: number): Markup {
  return markup`${lines.map(
    (line, index) => markup`<text class="lane" x="0" y="${topPx + baselinePx + index * lineHeightPx}">${line}</text>
`,
  )}`;
}
