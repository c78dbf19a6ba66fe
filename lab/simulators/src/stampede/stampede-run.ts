import { secondsOf, shortNumber } from '../drawing/scale.ts';
import type { Meter, Run, Table } from '../frame/simulator.ts';
import type { Noted } from '../kernel/simulation.ts';
import { type Guard, guardNames, stampedeSize } from './guards.ts';
import { makeReads } from './make-reads.ts';
import { type CacheEvent, type Guarded, type Read, readPages } from './read-pages.ts';
import { stampedeCommands } from './stampede-commands.ts';
import { longestWaitMs, mostLoads, mostOfOneExpiry } from './stampede-figures.ts';
import type { StampedeSetting } from './stampede-parameters.ts';
import { drawStampede } from './stampede-picture.ts';

/** From the first filling until the second end of a page is over. */
const LIVES = 1.6;
const ROWS = 12;

type Events = readonly Noted<CacheEvent>[];

export function runStampede(setting: StampedeSetting): Run {
  const { seed, shared, a, b } = setting;
  const [ttlMs, loadMs] = [shared.ttl * 1_000, Math.round(shared.loadTime * 1_000)];
  const endMs = Math.round(LIVES * ttlMs + 2 * loadMs);
  const { pattern, pages, replicas, slots } = shared;
  const reads = makeReads({ seed, endMs, perSecond: shared.load, pages, replicas, pattern });
  const world = { seed, endMs, pages, ttlMs, loadMs, slots };
  const all = [readPages(reads, a, world), readPages(reads, b, world)] as const;
  const at = (tMs: number): readonly [Events, Events] => [upTo(all[0], tMs), upTo(all[1], tMs)];
  const moments = new Set(
    all.flatMap((events) => events.filter(({ kind }) => kind !== 'answered').map(({ atMs }) => atMs)),
  );

  return {
    endMs,
    momentsMs: [...moments].sort((one, other) => one - other),
    moment: secondsOf,
    meters: (tMs) => metersOf(at(tMs), setting, loadMs),
    table: (tMs) => tableOf(reads, at(tMs), { tMs, endMs }),
    summary: (tMs) => summaryOf(at(tMs), tMs),
    answer: mostLoads(all[0]),
    picture: (view) => drawStampede({ whole: all, seen: at(view.tMs), hows: [a, b], ttlMs, slots, endMs }, view),
    caption: `How fresh the cache is, and how many loads stand before the database. A: ${describe(a)}. B: ${describe(b)}. ${shared.load} readers a second, a load takes ${shared.loadTime} s.`,
    commands: stampedeCommands(a),
  };
}

function describe({ guard, spread }: Guarded): string {
  return `${guardNames[guard]}${spread === 0 ? '' : `, lifetimes ± ${spread} %`}`;
}

function upTo(events: Events, tMs: number): Events {
  const later = events.findIndex(({ atMs }) => atMs > tMs);
  return later === -1 ? events : events.slice(0, later);
}

function metersOf([a, b]: readonly [Events, Events], setting: StampedeSetting, loadMs: number): Meter[] {
  const { shared } = setting;
  const size = shortNumber(stampedeSize(shared.load / shared.pages, loadMs));
  const ofOne: Readonly<Record<Guard, string>> = {
    none: `1 + λ × T = 1 + ${size}`,
    flight: `one for each replica = ${shared.replicas}`,
    lease: '1',
    stale: '1',
    early: '–',
  };
  const cells = (label: string, of: (events: Events) => string, formula = ''): Meter => {
    return { label, a: of(a), b: of(b), formula };
  };
  return [
    cells(
      'Most loads for one page that ended',
      (events) => String(mostOfOneExpiry(events)),
      `${ofOne[setting.a.guard]} | ${ofOne[setting.b.guard]}`,
    ),
    cells('Most loads before the database at once', (events) => String(mostLoads(events))),
    cells('Longest wait of a reader', (events) => secondsOf(longestWaitMs(events))),
  ];
}

function tableOf(
  reads: readonly Read[],
  sides: readonly Events[],
  { tMs, endMs }: { readonly tMs: number; readonly endMs: number },
): Table {
  const stepMs = endMs / ROWS;
  const rows = Array.from({ length: ROWS }, (_, index) => index * stepMs)
    .filter((fromMs) => fromMs <= tMs)
    .map((fromMs) => {
      const within = ({ atMs }: { atMs: number }) => atMs >= fromMs && atMs < fromMs + stepMs && atMs <= tMs;
      const cells = sides.flatMap((events) => {
        const here = events.filter(within);
        return ['miss', 'asked', 'ended'].map((kind) => String(here.filter((event) => event.kind === kind).length));
      });
      return [`${secondsOf(fromMs)} to ${secondsOf(fromMs + stepMs)}`, String(reads.filter(within).length), ...cells];
    });
  const columns = ['A', 'B'].flatMap((name) => [`${name} misses`, `${name} loads asked for`, `${name} loads ended`]);
  return { columns: ['Time', 'Readers', ...columns], rows };
}

function summaryOf([a, b]: readonly [Events, Events], tMs: number): string {
  const told = (name: string, events: Events) => {
    const asked = events.filter(({ kind }) => kind === 'asked').length;
    return `${name} asked for ${asked} loads, at most ${mostLoads(events)} at once, and readers waited up to ${secondsOf(longestWaitMs(events))}`;
  };
  return `At ${secondsOf(tMs)}: ${told('A', a)}; ${told('B', b)}.`;
}
