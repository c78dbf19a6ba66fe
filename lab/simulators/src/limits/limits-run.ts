import { secondsOf, shortNumber } from '../drawing/scale.ts';
import type { Meter, Run, Table } from '../frame/simulator.ts';
import { fullestWindow } from '../kernel/in-window.ts';
import { type Arrival, type Client, makeArrivals } from './arrivals.ts';
import { type Handled, type Limited, limitRequests, passedAtMs } from './limit-requests.ts';
import { boundOf } from './limiters.ts';
import { limitsCommands } from './limits-commands.ts';
import { countingNames, type LimitsSetting, limiterNames } from './limits-parameters.ts';
import { drawLimits } from './limits-picture.ts';

/** A run has so many windows. */
const WINDOWS = 4;

/** What one side has done up to a moment. */
export interface LimitsSide {
  readonly name: 'A' | 'B';
  readonly how: Limited;
  readonly handled: readonly Handled[];
  /** The fullest window of one client so far. */
  readonly fullest: { readonly startMs: number; readonly count: number };
}

export function runLimits(setting: LimitsSetting): Run {
  const { seed, shared, a, b } = setting;
  const windowMs = shared.window * 1_000;
  const endMs = WINDOWS * windowMs;
  const budget = { limit: shared.limit, windowMs, burst: shared.burst };
  const offered = { seed, endMs, windowMs, limit: shared.limit, replicas: shared.replicas };
  const arrivals = makeArrivals({ ...offered, pattern: shared.pattern, perSecond: shared.load });
  const [allOfA, allOfB] = [a, b].map((how) => limitRequests(arrivals, how, { ...budget, endMs }));
  const sideAt = (name: 'A' | 'B', tMs: number): LimitsSide => {
    const [how, all = []] = name === 'A' ? [a, allOfA] : [b, allOfB];
    return { name, how, handled: all.filter(({ atMs }) => atMs <= tMs), fullest: fullestOf(all, windowMs, tMs) };
  };
  const bothAt = (tMs: number) => [sideAt('A', tMs), sideAt('B', tMs)] as const;
  const boundsText = (how: Limited) => {
    const bound = boundOf(how.limiter, budget);
    return how.counting === 'local' ? `${shared.replicas} × ${bound} = ${shared.replicas * bound}` : String(bound);
  };

  return {
    endMs,
    momentsMs: [...new Set(arrivals.map(({ atMs }) => atMs))],
    moment: secondsOf,
    meters: (tMs) => metersOf(bothAt(tMs), `${boundsText(a)} | ${boundsText(b)}`, setting),
    table: (tMs) => tableOf(arrivals, bothAt(tMs), { windowMs, tMs, endMs }),
    summary: (tMs) => summaryOf(bothAt(tMs), setting, tMs),
    answer: sideAt('A', endMs).fullest.count,
    picture: (view) => drawLimits({ arrivals, sides: bothAt(view.tMs), budget, endMs }, view),
    caption: `Requests in time, and what two limiters let through. A: ${describe(a)}. B: ${describe(b)}. The limit is ${shared.limit} in ${shared.window} s.`,
    commands: limitsCommands(a),
  };
}

function describe({ limiter, counting }: Limited): string {
  return `${limiterNames[limiter].toLowerCase()}, ${countingNames[counting]}`;
}

function fullestOf(all: readonly Handled[], windowMs: number, tMs: number) {
  const clients: readonly Client[] = ['crawler', 'shop'];
  const windows = clients.map((client) => {
    const passed = passedAtMs(all, client);
    return fullestWindow(passed.slice(0, countUpTo(passed, tMs)), windowMs);
  });
  return windows.reduce((most, one) => (one.count > most.count ? one : most));
}

function countUpTo(sortedMs: readonly number[], tMs: number): number {
  const later = sortedMs.findIndex((atMs) => atMs > tMs);
  return later === -1 ? sortedMs.length : later;
}

const countOf = (handled: readonly Handled[], outcome: string, client?: Client) =>
  handled.filter((one) => one.answer.outcome === outcome && (client === undefined || one.client === client)).length;

function metersOf([a, b]: readonly [LimitsSide, LimitsSide], formula: string, { shared }: LimitsSetting): Meter[] {
  const refused = ({ handled }: LimitsSide) => `${countOf(handled, 'refused')} of ${handled.length}`;
  const longest = ({ handled }: LimitsSide) =>
    secondsOf(Math.max(0, ...handled.map(({ atMs, answer }) => answer.atMs - atMs)));
  const ofShop = ({ handled }: LimitsSide) => String(countOf(handled, 'refused', 'shop'));
  const third: Meter =
    shared.pattern === 'two'
      ? { label: 'Refused of the shop that keeps to its plan', a: ofShop(a), b: ofShop(b), formula: '' }
      : { label: 'Longest wait', a: longest(a), b: longest(b), formula: '' };
  const most = `Most of one client let through in any ${shared.window} s`;
  return [
    { label: most, a: String(a.fullest.count), b: String(b.fullest.count), formula },
    { label: 'Refused', a: refused(a), b: refused(b), formula: '' },
    third,
  ];
}

interface Times {
  readonly windowMs: number;
  readonly tMs: number;
  readonly endMs: number;
}

function tableOf(arrivals: readonly Arrival[], sides: readonly LimitsSide[], { windowMs, tMs, endMs }: Times): Table {
  const stepMs = windowMs / 2;
  const rows = Array.from({ length: Math.round(endMs / stepMs) }, (_, index) => index * stepMs)
    .filter((fromMs) => fromMs <= tMs)
    .map((fromMs) => {
      const within = ({ atMs }: { atMs: number }) => atMs >= fromMs && atMs < fromMs + stepMs && atMs <= tMs;
      const cells = sides.flatMap(({ handled }) => {
        const here = handled.filter(within);
        return ['passed', 'delayed', 'refused'].map((outcome) => String(countOf(here, outcome)));
      });
      return [
        `${secondsOf(fromMs)} to ${secondsOf(fromMs + stepMs)}`,
        String(arrivals.filter(within).length),
        ...cells,
      ];
    });
  const columns = ['A', 'B'].flatMap((name) => [`${name} passed`, `${name} delayed`, `${name} refused`]);
  return { columns: ['Time', 'Requests', ...columns], rows };
}

function summaryOf([a, b]: readonly [LimitsSide, LimitsSide], { shared }: LimitsSetting, tMs: number): string {
  const told = ({ name, fullest, handled }: LimitsSide) =>
    `${name} let ${fullest.count} through in its fullest ${shared.window} s and refused ${countOf(handled, 'refused')}`;
  return `At ${secondsOf(tMs)}, after ${a.handled.length} requests: ${told(a)}; ${told(b)}. The limit is ${shortNumber(shared.limit)}.`;
}
