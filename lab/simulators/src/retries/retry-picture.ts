import { type Axis, COMPARISON_HEIGHT, comparison, timeAxis, timeTicks } from '../drawing/scale.ts';
import { line, marks, rect, strokes, text } from '../drawing/svg.ts';
import type { Picture, View } from '../frame/simulator.ts';
import type { Noted } from '../kernel/simulation.ts';
import { ROOM_MS } from './provider.ts';
import type { CallEvent, CallWorld, Retrying } from './retry-calls.ts';
import { callsByBin, callsOf } from './retry-figures.ts';

type Events = readonly Noted<CallEvent>[];

interface Shown {
  /** Both sides from the beginning to the end: they have one scale. */
  readonly whole: readonly [Events, Events];
  readonly seen: readonly [Events, Events];
  readonly hows: readonly [Retrying, Retrying];
  readonly world: CallWorld;
}

const RASTER = 110;
const CHART = 56;
const LANE = 24 + RASTER + CHART + 14;

/** Clients as rows and calls as dots; below, how many calls come at once and how many may. */
export function drawRetries({ whole, seen, hows, world }: Shown, { width, tMs, guess }: View): Picture {
  const axis = timeAxis(width, world.endMs);
  const bins = Math.ceil(world.endMs / ROOM_MS);
  // The first moment is no wave of retries, and would make all others small.
  const most = Math.max(1, ...whole.map((events) => Math.max(...callsByBin(events, ROOM_MS, bins).slice(1))));
  const lanes = seen.map((events, index) => {
    const name = index === 0 ? 'A' : 'B';
    const how = hows[index === 0 ? 0 : 1];
    const top = index * LANE;
    return [
      text(
        `${name}  jitter ${how.jitter === 'both' ? 'to both sides' : how.jitter}${how.budget === 'on' ? ', budget' : ''}`,
        {
          x: axis.left,
          y: top + 16,
          class: 'sim-label',
        },
      ),
      rect(
        { x: axis.left, y: top + 22, width: axis.x(world.outageMs) - axis.left, height: RASTER + CHART },
        'sim-outage',
      ),
      raster(events, axis, { top: top + 24, world, name }),
      waves(events, axis, { bottom: top + 24 + RASTER + CHART, world, most, bins }),
    ].join('');
  });
  const bottom = 2 * LANE;
  const [a, b] = seen.map((events) => callsOf(events).length);
  const parts = [
    ...lanes,
    line([axis.x(tMs), 20], [axis.x(tMs), bottom - 14], 'sim-now'),
    timeTicks(axis, bottom - 14, world.endMs),
    comparison({ title: 'Calls in all', a: a ?? 0, b: b ?? 0, guess }, axis, bottom + 14),
  ];
  return { height: bottom + 14 + COMPARISON_HEIGHT, markup: parts.join('') };
}

interface Raster {
  readonly top: number;
  readonly world: CallWorld;
  readonly name: string;
}

function raster(events: Events, axis: Axis, { top, world, name }: Raster): string {
  const y = (client: number) => top + 4 + ((client + 0.5) / world.clients) * (RASTER - 8);
  const of = (kind: string) =>
    events.flatMap((event) =>
      event.kind === kind && 'client' in event ? [[axis.x(event.atMs), y(event.client)] as const] : [],
    );
  const falls = events.filter(({ kind }) => kind === 'fell').map(({ atMs }) => [axis.x(atMs), top + 10] as const);
  return [
    marks(of('failed'), strokes.dot, 'sim-dot sim-dot-bad'),
    marks(of('served'), strokes.ring, `sim-stroke sim-stroke-${name.toLowerCase()}`),
    marks(of('gave-up'), strokes.cross, 'sim-stroke sim-stroke-bad'),
    marks(falls, `v${RASTER + CHART - 10}`, 'sim-fell'),
  ].join('');
}

interface Waves {
  readonly bottom: number;
  readonly world: CallWorld;
  readonly most: number;
  readonly bins: number;
}

function waves(events: Events, axis: Axis, { bottom, world, most, bins }: Waves): string {
  const room = (world.capacity * ROOM_MS) / 1_000;
  const scale = (CHART - 14) / Math.max(most, room);
  const bars = callsByBin(events, ROOM_MS, bins).flatMap((count, bin) => {
    const height = Math.min(CHART - 4, count * scale);
    return count === 0 ? [] : [`M${axis.x((bin + 0.5) * ROOM_MS).toFixed(1)} ${bottom}v${(-height).toFixed(1)}`];
  });
  const y = bottom - room * scale;
  return [
    bars.length === 0 ? '' : `<path class="sim-wave" d="${bars.join('')}"></path>`,
    line([axis.left, bottom], [axis.right, bottom], 'sim-axis'),
    line([axis.left, y], [axis.right, y], 'sim-limit'),
  ].join('');
}
