import type { Check } from '@lab/sdk';
import { generousMs } from './charges.ts';
import { seconds } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';
import { ofOrders } from './order-finding.ts';
import { type TriedOrder, triedOrders } from './provider-log.ts';

interface WaitsAsToldOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** Orders that were told once when to come again. */
  readonly groups: readonly string[];
  /** Orders that are told so each time: none of their attempts may come before that. */
  readonly toldEachTime: readonly string[];
  /** So much later is still in time. */
  readonly laterMs: number;
  /** And this for picking it up. */
  readonly slackMs: number;
}

const timerMs = 20;

/** Whoever is told when to come again comes then: not before, and not much later. */
export function waitsAsTold(options: WaitsAsToldOptions): Check {
  const { groups, toldEachTime, laterMs, slackMs, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) => {
      if (!facts.experiments.some((experiment) => evidence.selected.includes(experiment))) return [];
      const all = triedOrders(evidence, [...groups, ...toldEachTime]);
      if (all === null) return [notMeasured('The provider’s log was not read')];
      const told = all.filter(({ calls }) => (calls[0]?.endMs ?? null) !== null);
      if (told.length === 0) return [notMeasured('Nobody was told when to come again')];
      const mostMs = laterMs + generousMs(slackMs, evidence);
      const once = told.filter(({ group }) => groups.includes(group));
      return [
        ...ofOrders({
          code: 'CAME_BEFORE_TOLD',
          of: told.length,
          orders: told.filter((order) => overshoots(order).some((ms) => ms < -timerMs)),
          example: (order) =>
            `${order.order} was answered ${order.told}, and came ${seconds(-Math.min(...overshoots(order)))} too early.`,
          expected: 'none comes before the time that it was told',
        }),
        ...ofOrders({
          code: 'CAME_LONG_AFTER',
          of: once.length,
          orders: once.filter((order) => (overshoots(order)[0] ?? Number.POSITIVE_INFINITY) > mostMs),
          example: (order) => {
            const [lateMs] = overshoots(order);
            const came = lateMs === undefined ? 'was not tried again' : `came ${seconds(lateMs)} after that time`;
            return `${order.order} was answered ${order.told}, and ${came}.`;
          },
          expected: `at most ${seconds(mostMs)} later than told`,
        }),
      ];
    },
  };
}

/** How much later than told each next attempt came; below 0: earlier. */
function overshoots({ calls, retryAfterMs }: TriedOrder): readonly number[] {
  return calls.slice(1).flatMap(({ atMs }, index) => {
    const before = calls[index];
    if (before === undefined || before.endMs === null || before.status === null || before.status < 400) return [];
    return [atMs - before.endMs - (retryAfterMs ?? 0)];
  });
}
