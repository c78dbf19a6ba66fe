import { secondsOf, shortNumber } from '../drawing/scale.ts';
import type { Meter, Run, Table } from '../frame/simulator.ts';
import { mostInAnyWindow } from '../kernel/in-window.ts';
import type { Noted } from '../kernel/simulation.ts';
import { attemptsInAll, jitterNames } from './pauses.ts';
import { ROOM_MS } from './provider.ts';
import { type CallEvent, type Retrying, retryCalls } from './retry-calls.ts';
import { retryCommands } from './retry-commands.ts';
import { amplification, callsOf, countOf, recoveredMs } from './retry-figures.ts';
import type { RetrySetting } from './retry-parameters.ts';
import { drawRetries } from './retry-picture.ts';

/** After the outage everybody has so long to be served. */
const AFTER_MS = 40_000;
const ROWS = 20;

type Events = readonly Noted<CallEvent>[];
type Both = readonly [Events, Events];

export function runRetries(setting: RetrySetting): Run {
  const { seed, shared, a, b } = setting;
  const outageMs = shared.outage * 1_000;
  const endMs = outageMs + AFTER_MS;
  const { clients, capacity, overload, attempts } = shared;
  const [baseMs, capMs] = [shared.base * 1_000, shared.cap * 1_000];
  const world = { seed, endMs, clients, outageMs, capacity, overload, baseMs, capMs, attempts };
  const all: Both = [retryCalls(a, world), retryCalls(b, world)];
  const at = (tMs: number): Both => [upTo(all[0], tMs), upTo(all[1], tMs)];

  return {
    endMs,
    momentsMs: [...new Set(all.flatMap((events) => events.map(({ atMs }) => atMs)))].sort((one, other) => one - other),
    moment: secondsOf,
    meters: (tMs) => metersOf(at(tMs), setting),
    table: (tMs) => tableOf(at(tMs), tMs, endMs),
    summary: (tMs) => summaryOf(at(tMs), setting, tMs),
    answer: callsOf(all[0]).length,
    picture: (view) => drawRetries({ whole: all, seen: at(view.tMs), hows: [a, b], world }, view),
    caption: `Each row of dots is a client, each dot a call; the outage is shaded. Below, calls in each ${ROOM_MS} ms, and the line of what the provider bears. A: ${describe(a)}. B: ${describe(b)}.`,
    commands: retryCommands(a),
  };
}

function describe({ jitter, layers, budget }: Retrying): string {
  return `jitter ${jitterNames[jitter]}, ${layers === 1 ? '1 layer' : `${layers} layers`}, ${budget === 'on' ? 'with a budget' : 'no budget'}`;
}

function upTo(events: Events, tMs: number): Events {
  const later = events.findIndex(({ atMs }) => atMs > tMs);
  return later === -1 ? events : events.slice(0, later);
}

/** Calls that met the provider in its fullest moment, the first ones left out: those were nobody's retries. */
export function tallestWave(events: Events): number {
  return mostInAnyWindow(
    callsOf(events).flatMap(({ atMs }) => (atMs > 0 ? [atMs] : [])),
    ROOM_MS,
  );
}

function metersOf([a, b]: Both, { shared, a: howA, b: howB }: RetrySetting): Meter[] {
  const { clients, attempts } = shared;
  const outageMs = shared.outage * 1_000;
  const times = (events: Events) => `${shortNumber(amplification(events, clients))} ×`;
  const most = (how: Retrying) =>
    `≤ ${attempts}${how.layers === 1 ? '' : `^${how.layers} = ${attemptsInAll(attempts, how.layers)}`}`;
  const back = (events: Events) => {
    const recovered = recoveredMs(events, clients, outageMs);
    if (recovered !== undefined) return secondsOf(recovered);
    const [served, gaveUp] = [countOf(events, 'served'), countOf(events, 'gave-up')];
    return `${served} of ${clients} served, ${gaveUp} gave up`;
  };
  return [
    { label: 'Calls for each that was meant', a: times(a), b: times(b), formula: `${most(howA)} | ${most(howB)}` },
    {
      label: `Most retries within ${ROOM_MS} ms`,
      a: String(tallestWave(a)),
      b: String(tallestWave(b)),
      formula: `room for ${shortNumber((shared.capacity * ROOM_MS) / 1_000)}`,
    },
    { label: 'All served, after the outage', a: back(a), b: back(b), formula: '' },
  ];
}

function tableOf(sides: Both, tMs: number, endMs: number): Table {
  const stepMs = endMs / ROWS;
  const rows = Array.from({ length: ROWS }, (_, index) => index * stepMs)
    .filter((fromMs) => fromMs <= tMs)
    .map((fromMs) => {
      const cells = sides.flatMap((events) => {
        const here = events.filter(({ atMs }) => atMs >= fromMs && atMs < fromMs + stepMs);
        return [callsOf(here).length, countOf(here, 'served'), countOf(here, 'held')].map(String);
      });
      return [`${secondsOf(fromMs)} to ${secondsOf(fromMs + stepMs)}`, ...cells];
    });
  const columns = ['A', 'B'].flatMap((name) => [`${name} calls`, `${name} served`, `${name} held back`]);
  return { columns: ['Time', ...columns], rows };
}

function summaryOf([a, b]: Both, { shared }: RetrySetting, tMs: number): string {
  const told = (name: string, events: Events) => {
    const fell = countOf(events, 'fell');
    const falls = fell === 0 ? '' : `, and the provider fell over ${fell === 1 ? 'once' : `${fell} times`}`;
    const served = `${countOf(events, 'served')} of ${shared.clients} clients are served`;
    return `${name} made ${callsOf(events).length} calls, ${served}${falls}`;
  };
  const phase = tMs < shared.outage * 1_000 ? 'the provider is away' : 'the provider is back';
  return `At ${secondsOf(tMs)} ${phase}: ${told('A', a)}; ${told('B', b)}.`;
}
