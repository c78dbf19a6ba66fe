import { type Axis, COMPARISON_HEIGHT, comparison, timeAxis, timeTicks } from '../drawing/scale.ts';
import { element, line, text } from '../drawing/svg.ts';
import type { Picture, View } from '../frame/simulator.ts';
import type { Noted } from '../kernel/simulation.ts';
import { shortGuardNames } from './guards.ts';
import type { CacheEvent, Guarded } from './read-pages.ts';
import { freshnessAt, type LoadsAt, loadsOverTime, mostLoads } from './stampede-figures.ts';

interface Shown {
  /** Of both sides from the beginning to the end: both have the same scale, and it does not change while time goes by. */
  readonly whole: readonly [readonly Noted<CacheEvent>[], readonly Noted<CacheEvent>[]];
  readonly seen: readonly [readonly Noted<CacheEvent>[], readonly Noted<CacheEvent>[]];
  readonly hows: readonly [Guarded, Guarded];
  readonly ttlMs: number;
  readonly slots: number;
  readonly endMs: number;
}

const LANE = 150;
const FRESH = 30;
const CHART = 78;

/** For each side a bar that drains as the cache ages, and below it the loads that stand before the database. */
export function drawStampede({ whole, seen, hows, ttlMs, slots, endMs }: Shown, { width, tMs, guess }: View): Picture {
  const axis = timeAxis(width, endMs);
  const most = Math.max(1, ...whole.map(mostLoads));
  const lanes = seen.map((events, index) => {
    const top = index * LANE;
    const name = index === 0 ? 'A' : 'B';
    const how = hows[index === 0 ? 0 : 1];
    const label = `${shortGuardNames[how.guard]}${how.spread === 0 ? '' : `, lifetimes ± ${how.spread} %`}`;
    return [
      text(`${name}  ${label}`, { x: axis.left, y: top + 14, class: 'sim-label' }),
      freshness(events, axis, { top: top + 20, tMs, ttlMs }),
      loads(loadsOverTime(events), axis, {
        top: top + 20 + FRESH,
        tMs,
        most,
        slots,
        className: `sim-area-${name.toLowerCase()}`,
      }),
    ].join('');
  });
  const bottom = 2 * LANE;
  const parts = [
    ...lanes,
    line([axis.x(tMs), 18], [axis.x(tMs), bottom - 16], 'sim-now'),
    timeTicks(axis, bottom - 16, endMs),
    comparison(
      { title: 'Most loads before the database at once', a: mostLoads(seen[0]), b: mostLoads(seen[1]), guess },
      axis,
      bottom + 14,
    ),
  ];
  return { height: bottom + 14 + COMPARISON_HEIGHT, markup: parts.join('') };
}

interface Fresh {
  readonly top: number;
  readonly tMs: number;
  readonly ttlMs: number;
}

function freshness(events: readonly Noted<CacheEvent>[], axis: Axis, { top, tMs, ttlMs }: Fresh): string {
  const count = 120;
  const times = Array.from({ length: count + 1 }, (_, index) => (index / count) * tMs);
  const points = freshnessAt(events, times, ttlMs).map((share, index) => {
    return `${axis.x(times[index] ?? 0).toFixed(1)} ${(top + 26 * (1 - share)).toFixed(1)}`;
  });
  const bottom = top + 26;
  return (
    element('path', {
      d: `M${axis.left} ${bottom}L${points.join('L')}L${axis.x(tMs).toFixed(1)} ${bottom}Z`,
      class: 'sim-fresh',
    }) + line([axis.left, bottom], [axis.right, bottom], 'sim-axis')
  );
}

interface Loads {
  readonly top: number;
  readonly tMs: number;
  readonly most: number;
  readonly slots: number;
  readonly className: string;
}

function loads(over: readonly LoadsAt[], axis: Axis, { top, tMs, most, slots, className }: Loads): string {
  const bottom = top + CHART;
  const y = (count: number) => bottom - (count / most) * (CHART - 18);
  let path = `M${axis.left} ${bottom}`;
  for (const one of over) path += `H${axis.x(one.atMs).toFixed(1)}V${y(one.loads).toFixed(1)}`;
  path += `H${axis.x(tMs).toFixed(1)}V${bottom}Z`;
  const limit =
    slots > most
      ? ''
      : line([axis.left, y(slots)], [axis.right, y(slots)], 'sim-limit') +
        text(`${slots} at once`, { x: axis.right, y: y(slots) - 4, class: 'sim-tick', 'text-anchor': 'end' });
  return [
    element('path', { d: path, class: `sim-area ${className}` }),
    line([axis.left, bottom], [axis.right, bottom], 'sim-axis'),
    text(`loads, up to ${most}`, { x: axis.left + 2, y: top + 14, class: 'sim-tick' }),
    limit,
  ].join('');
}
