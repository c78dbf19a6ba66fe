import { choice, number, type ValuesOf } from '../frame/parameters.ts';
import type { Meter, Run, Setting } from '../frame/simulator.ts';
import { ORDERS, type Outcome, playOrder, READER_STEPS, staleOrders } from './play-order.ts';
import { raceCommands } from './race-commands.ts';
import { drawRace } from './race-picture.ts';
import { strategyNames, WRITER_STEPS } from './strategies.ts';

export const shared = {
  order: number('Order', { unit: `of ${ORDERS.length}`, min: 1, max: ORDERS.length, initial: 1 }),
  cached: choice('In the cache at first', { nothing: 'nothing', old: 'v1' }, 'nothing'),
};

export const side = { strategy: choice('The writer', strategyNames, 'after') };

export type RaceSetting = Setting<ValuesOf<typeof shared>, ValuesOf<typeof side>>;

const STEPS = READER_STEPS + WRITER_STEPS;
/** Of the model's clock: steps have an order and no length. */
export const STEP_MS = 1_000;

/** One order of steps, played for both sides, and what all the other orders would have led to. */
export function runRace({ shared: { order, cached: text }, a, b }: RaceSetting): Run {
  const steps = ORDERS[order - 1] ?? [];
  const cached = text === 'old' ? 1 : undefined;
  const outcomes = [a, b].map(({ strategy }) => playOrder(steps, { strategy, cached })) as [Outcome, Outcome];
  const stale = [a, b].map(({ strategy }) => staleOrders({ strategy, cached }).map((index) => index + 1)) as [
    number[],
    number[],
  ];
  const done = (tMs: number) => Math.min(STEPS, Math.floor(tMs / STEP_MS));
  const endMs = STEPS * STEP_MS;

  return {
    endMs,
    momentsMs: steps.map((_, index) => (index + 1) * STEP_MS),
    moment: (tMs) => `step ${done(tMs)} of ${STEPS}`,
    meters: (tMs) => metersOf(outcomes, stale, done(tMs)),
    table: (tMs) => ({
      columns: ['Step', 'Who', 'A', 'A: database, cache', 'B', 'B: database, cache'],
      rows: outcomes[0].steps.slice(0, done(tMs)).map((step, index) => {
        const other = outcomes[1].steps[index] ?? step;
        return [String(index + 1), step.actor, step.words, stateOf(step), other.words, stateOf(other)];
      }),
    }),
    summary: (tMs) => summaryOf(outcomes, order, done(tMs)),
    answer: stale[0].length,
    picture: (view) => drawRace({ outcomes, stale, order, done: done(view.tMs), cached }, view),
    caption: `One order of a reader's and a writer's steps, and what the cache holds after each. A: ${strategyNames[a.strategy]}. B: ${strategyNames[b.strategy]}. Below, each order of all ${ORDERS.length} is a cell.`,
    commands: raceCommands(a.strategy),
  };
}

function stateOf({ row, cached }: { row: number; cached: number | undefined }): string {
  return `v${row}, ${cached === undefined ? 'nothing' : `v${cached}`}`;
}

function metersOf(outcomes: readonly [Outcome, Outcome], stale: readonly [number[], number[]], done: number): Meter[] {
  const [a, b] = outcomes.map(({ steps }) =>
    done === 0 ? 'not begun' : stateOf(steps[done - 1] ?? { row: 1, cached: undefined }),
  );
  const end = (outcome: Outcome) => (done < STEPS ? 'not ended' : outcome.isStale ? 'yes, until it expires' : 'no');
  const [inA, inB] = stale.map((orders) => `${orders.length} of ${ORDERS.length}`);
  return [
    { label: 'Database, cache', a: a ?? '', b: b ?? '', formula: '' },
    { label: 'The old price stays in this order', a: end(outcomes[0]), b: end(outcomes[1]), formula: '' },
    { label: 'Orders in which it stays', a: inA ?? '', b: inB ?? '', formula: 'all orders, each played' },
  ];
}

function summaryOf([a, b]: readonly [Outcome, Outcome], order: number, done: number): string {
  const told = (name: string, { isStale }: Outcome) =>
    isStale ? `${name} leaves v1 in the cache although v2 was committed` : `${name} leaves nothing old`;
  if (done === STEPS) return `Order ${order} has ended. ${told('A', a)}; ${told('B', b)}.`;
  const step = done === 0 ? undefined : a.steps[done - 1];
  const other = done === 0 ? undefined : b.steps[done - 1];
  if (step === undefined || other === undefined) return `Order ${order} has not begun.`;
  return `Step ${done} of ${STEPS}: the ${step.actor} ${step.words}${step.words === other.words ? '' : ` in A, and ${other.words} in B`}.`;
}
