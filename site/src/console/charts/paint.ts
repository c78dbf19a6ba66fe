import type uPlot from 'uplot';
import type { Band } from '../run/run-model.ts';
import type { SeriesDefinition } from './chart-definitions.ts';
import type { Colours } from './colours.ts';

/** What all charts show together: one stretch of the run, what was disturbed in it, and moments worth a look. */
export interface Shown {
  readonly fromMs: number;
  readonly toMs: number;
  readonly bands: readonly Band[];
  readonly marks: readonly number[];
}

export function seriesOptions({ label, colour, dash }: SeriesDefinition, colours: Colours): uPlot.Series {
  return {
    label,
    stroke: () => colours.of(colour),
    // Without a graphics card a browser draws a line of one pixel three times as fast as one of one and a half.
    width: 1,
    dash: [...dash],
    spanGaps: false,
    points: { show: (chart, series) => isAlone(chart.data[series]), size: 4 },
  };
}

/** A single figure between gaps would not be seen as a line. */
function isAlone(values: uPlot.AlignedData[number] | undefined): boolean {
  return values !== undefined && values.length < 3;
}

const shade = 0.16;

/** Behind the lines: a band for each fault, and a line for each moment. */
export function paintBands(chart: uPlot, { bands, marks, toMs }: Shown, colours: Colours): void {
  const { ctx, bbox } = chart;
  const left = (ms: number): number =>
    Math.min(bbox.left + bbox.width, Math.max(bbox.left, chart.valToPos(ms / 1_000, 'x', true)));
  ctx.save();
  ctx.fillStyle = colours.of('--fail');
  for (const band of bands) {
    const from = left(band.fromMs);
    const to = left(band.toMs ?? toMs);
    ctx.globalAlpha = shade;
    ctx.fillRect(from, bbox.top, Math.max(2, to - from), bbox.height);
  }
  ctx.globalAlpha = 1;
  ctx.fillStyle = colours.of('--accent');
  for (const mark of marks) ctx.fillRect(left(mark) - 1, bbox.top, 2, bbox.height);
  ctx.restore();
}

/** A piece of the line as the chart draws it. */
export function swatch({ colour, dash }: SeriesDefinition): SVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const picture = document.createElementNS(namespace, 'svg');
  const line = document.createElementNS(namespace, 'line');
  const attributes = { viewBox: '0 0 22 8', width: '22', height: '8', 'aria-hidden': 'true' };
  for (const [name, value] of Object.entries(attributes)) picture.setAttribute(name, value);
  const drawn = { x1: '0', x2: '22', y1: '4', y2: '4', 'stroke-width': '2', 'stroke-dasharray': dash.join(' ') };
  for (const [name, value] of Object.entries(drawn)) line.setAttribute(name, value);
  line.style.stroke = `var(${colour})`;
  picture.append(line);
  return picture;
}
