import { type Axis, COMPARISON_HEIGHT, comparison, timeAxis, timeTicks } from '../drawing/scale.ts';
import { line, marks, rect, strokes, text } from '../drawing/svg.ts';
import type { Picture, View } from '../frame/simulator.ts';
import type { Arrival } from './arrivals.ts';
import type { Budget } from './limiters.ts';
import { limiterNames } from './limits-parameters.ts';
import type { LimitsSide } from './limits-run.ts';

interface Shown {
  readonly arrivals: readonly Arrival[];
  readonly sides: readonly [LimitsSide, LimitsSide];
  readonly budget: Budget;
  readonly endMs: number;
}

const TAPE = 44;
const LANE = 84;

/** One tape of requests, below it a lane for each side, and the fullest window of each so far. */
export function drawLimits({ arrivals, sides, budget, endMs }: Shown, { width, tMs, guess }: View): Picture {
  const axis = timeAxis(width, endMs);
  const arrived = arrivals.filter(({ atMs }) => atMs <= tMs);
  const bottom = TAPE + 2 * LANE;
  const [a, b] = sides;
  const parts = [
    edges(axis, budget, bottom),
    text('Requests', { x: axis.left, y: 14, class: 'sim-label' }),
    marks(ofClient(arrived, 'crawler', axis, 34), strokes.tick, 'sim-stroke'),
    marks(ofClient(arrived, 'shop', axis, 34), strokes.ring, 'sim-stroke'),
    lane(a, axis, { top: TAPE, tMs, budget }),
    lane(b, axis, { top: TAPE + LANE, tMs, budget }),
    line([axis.x(tMs), 18], [axis.x(tMs), bottom], 'sim-now'),
    timeTicks(axis, bottom, endMs),
    comparison(
      {
        title: `In the fullest window (limit ${budget.limit})`,
        a: a.fullest.count,
        b: b.fullest.count,
        guess,
      },
      axis,
      bottom + 28,
    ),
  ];
  return { height: bottom + 28 + COMPARISON_HEIGHT, markup: parts.join('') };
}

interface Lane {
  readonly top: number;
  readonly tMs: number;
  readonly budget: Budget;
}

function lane({ name, how, handled, fullest }: LimitsSide, axis: Axis, { top, tMs, budget }: Lane): string {
  const seen = (outcome: string) => handled.filter(({ answer }) => answer.outcome === outcome);
  const at = (y: number) => (one: { answer: { atMs: number } }) => [axis.x(one.answer.atMs), y] as const;
  const rulerX = axis.x(fullest.startMs);
  const used = handled.at(-1)?.answer.usedAt(tMs) ?? 0;
  const usedWidth = 80;
  return [
    line([axis.left, top], [axis.right, top], 'sim-axis'),
    text(`${name}  ${limiterNames[how.limiter]}`, { x: axis.left, y: top + 18, class: 'sim-label' }),
    rect({ x: axis.right - usedWidth, y: top + 8, width: usedWidth, height: 12 }, 'sim-frame'),
    rect({ x: axis.right - usedWidth, y: top + 8, width: usedWidth * used, height: 12 }, 'sim-fill'),
    fullest.count === 0
      ? ''
      : rect(
          { x: rulerX, y: top + 26, width: axis.x(fullest.startMs + budget.windowMs) - rulerX, height: 26 },
          'sim-ruler',
        ),
    marks(seen('passed').map(at(top + 46)), strokes.tick, `sim-stroke sim-stroke-${name.toLowerCase()}`),
    marks(
      seen('delayed')
        .filter(({ answer }) => answer.atMs <= tMs)
        .map(at(top + 40)),
      strokes.ring,
      `sim-stroke sim-stroke-${name.toLowerCase()}`,
    ),
    marks(seen('refused').map(at(top + 66)), strokes.cross, 'sim-stroke sim-stroke-bad'),
  ].join('');
}

function ofClient(arrived: readonly Arrival[], client: string, { x }: Axis, y: number) {
  return arrived.filter((one) => one.client === client).map(({ atMs }) => [x(atMs), y] as const);
}

function edges({ x }: Axis, { windowMs }: Budget, bottom: number): string {
  return [1, 2, 3].map((edge) => line([x(edge * windowMs), 20], [x(edge * windowMs), bottom], 'sim-edge')).join('');
}
