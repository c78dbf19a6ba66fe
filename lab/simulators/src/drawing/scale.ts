import { element, line, rect, text } from './svg.ts';

/** Places of a picture of this width: what is left of `left` is for names. */
export interface Axis {
  readonly left: number;
  readonly right: number;
  /** The pixel of a moment. */
  x(tMs: number): number;
}

const LEFT = 8;
const RIGHT = 8;

export function timeAxis(width: number, endMs: number): Axis {
  const right = width - RIGHT;
  return { left: LEFT, right, x: (tMs) => LEFT + (Math.min(tMs, endMs) / endMs) * (right - LEFT) };
}

/** Ticks below a picture, so many that they are not in each other's way. */
export function timeTicks({ left, right, x }: Axis, y: number, endMs: number): string {
  const stepMs = niceStep(endMs / Math.max(2, Math.floor((right - left) / 80)));
  const count = Math.floor(endMs / stepMs);
  const ticks = Array.from({ length: count + 1 }, (_, index) => index * stepMs);
  return ticks
    .map((tMs) => {
      const anchor = tMs === 0 ? 'start' : x(tMs) > right - 20 ? 'end' : 'middle';
      const label = text(`${tMs / 1_000} s`, { x: x(tMs), y: y + 16, class: 'sim-tick', 'text-anchor': anchor });
      return line([x(tMs), y], [x(tMs), y + 4], 'sim-axis') + label;
    })
    .join('');
}

interface Compared {
  readonly title: string;
  readonly a: number;
  readonly b: number;
  readonly guess: number | undefined;
}

const ROW = 20;
export const COMPARISON_HEIGHT = 96;

/** What was measured of A and B so far as bars from one zero, with the prediction drawn across both. */
export function comparison({ title, a, b, guess }: Compared, { left, right }: Axis, top: number): string {
  const max = Math.max(1, a, b, guess ?? 0) * 1.15;
  const [from, to] = [left + 20, right - 34];
  const at = (value: number) => from + (value / max) * (to - from);
  const bar = (name: 'A' | 'B', value: number, row: number) => {
    const y = top + 26 + row * (ROW + 4);
    return [
      text(name, { x: left, y: y + 15, class: 'sim-label' }),
      rect({ x: from, y, width: Math.max(1, at(value) - from), height: ROW }, `sim-bar sim-bar-${name.toLowerCase()}`),
      text(shortNumber(value), { x: at(value) + 5, y: y + 15, class: 'sim-label' }),
    ].join('');
  };
  const drawn =
    guess === undefined
      ? ''
      : line([at(guess), top + 20], [at(guess), top + 76], 'sim-guess') +
        text(`you said ${shortNumber(guess)}`, {
          x: at(guess),
          y: top + 90,
          class: 'sim-label',
          'text-anchor': at(guess) > (from + to) / 2 ? 'end' : 'start',
        });
  return element(
    'g',
    {},
    text(title, { x: left, y: top + 14, class: 'sim-label' }) + bar('A', a, 0) + bar('B', b, 1) + drawn,
  );
}

/** 3, 2.5, 0.25: as many digits as say something. */
export function shortNumber(value: number): string {
  return String(Math.round(value * (value < 10 ? 100 : 10)) / (value < 10 ? 100 : 10));
}

export function secondsOf(ms: number): string {
  // No line ends between a number and its unit.
  return `${Math.round(ms / 10) / 100}\u00a0s`;
}

function niceStep(ms: number): number {
  const power = 10 ** Math.floor(Math.log10(ms));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= ms) ?? 10);
}
