import type { Check, Finding } from '@lab/sdk';
import { moment, operationList, percent, seconds } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';
import { ordinal } from './pauses.ts';
import { type Alone, pickedUpLate } from './picked-up-late.ts';
import { busiest, placedBy, type TriedOrder, triedOrders } from './provider-log.ts';

/** At most this share of a cohort within one stretch. */
interface Apart {
  readonly groups: readonly string[];
  readonly shareMax: number;
  readonly stretchMs: number;
}

interface ComesBackApartOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** Orders that failed together, when they come for the attempts `fromAttempt` to `toAttempt`. */
  readonly failed: Apart & { readonly fromAttempt: number; readonly toAttempt: number };
  /** Orders that were told together when to come again. */
  readonly told: Apart;
  readonly alone: Alone;
}

/** Answers this near to each other came together: the provider gives them in one go. */
const togetherMs = 100;
const failedEnough = 80;
const toldEnough = 24;
/** If nobody came this soon after the moment that was named, whoever picks orders up stood still, and what follows is no choice. */
const atOnceMs = 150;

/** What failed at one moment does not come back at one moment. */
export function comesBackApart(options: ComesBackApartOptions): Check {
  const { failed, told, alone, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) => {
      if (!facts.experiments.some((experiment) => evidence.selected.includes(experiment))) return [];
      const [failedOrders, toldOrders] = [triedOrders(evidence, failed.groups), triedOrders(evidence, told.groups)];
      if (failedOrders === null || toldOrders === null) return [notMeasured('The provider’s log was not read')];
      const found = [...failedTogether(failedOrders, failed), ...toldTogether(toldOrders, told)];
      const busy = found.length > 0 ? null : pickedUpLate(evidence, alone);
      return busy === null ? found : [busy];
    },
  };
}

/** Those whose first attempt was answered in the same moment as that of the most others. */
function cohortOf(orders: readonly TriedOrder[]): readonly TriedOrder[] {
  const answeredMs = ({ calls }: TriedOrder): number => calls[0]?.endMs ?? Number.NaN;
  const answered = orders.filter((order) => !Number.isNaN(answeredMs(order)));
  const { fromMs } = busiest(answered.map(answeredMs), togetherMs);
  return answered.filter((order) => answeredMs(order) >= fromMs && answeredMs(order) < fromMs + togetherMs);
}

function failedTogether(orders: readonly TriedOrder[], rule: ComesBackApartOptions['failed']): readonly Finding[] {
  const cohort = cohortOf(orders);
  if (cohort.length < failedEnough) return [notMeasured(`${cohort.length} orders failed at the same moment`)];
  const attempts = Array.from(
    { length: rule.toAttempt - rule.fromAttempt + 1 },
    (_, index) => rule.fromAttempt + index,
  );
  const stretches = attempts.map((attempt) => {
    const moments = cohort.flatMap(({ calls }) => calls[attempt - 1]?.atMs ?? []);
    return { attempt, seen: moments.length, ...busiest(moments, rule.stretchMs) };
  });
  if (stretches.every(({ seen }) => seen < failedEnough)) {
    return [notMeasured(`Too few orders were tried a ${ordinal(rule.fromAttempt)} time`)];
  }
  const worst = stretches.toSorted((a, b) => b.count - a.count)[0];
  if (worst === undefined || worst.count <= cohort.length * rule.shareMax) return [];
  return [
    wall('CAME_BACK_TOGETHER', {
      cohort,
      worst,
      rule,
      says: `${cohort.length} orders were refused at the same moment. For their ${ordinal(worst.attempt)} attempt ${worst.count} of them came within ${seconds(rule.stretchMs)}, at ${moment(worst.fromMs)}: whoever has to answer them meets a wall.`,
    }),
  ];
}

function toldTogether(orders: readonly TriedOrder[], rule: Apart): readonly Finding[] {
  const cohort = cohortOf(orders).filter(({ calls }) => calls.length > 1);
  if (cohort.length < toldEnough) return [notMeasured(`${cohort.length} orders that were told together came again`)];
  const afterMs = cohort.flatMap(
    ({ calls, retryAfterMs }) => (calls[1]?.atMs ?? 0) - (calls[0]?.endMs ?? 0) - (retryAfterMs ?? 0),
  );
  const worst = busiest(
    cohort.flatMap(({ calls }) => calls[1]?.atMs ?? []),
    rule.stretchMs,
  );
  if (worst.count <= cohort.length * rule.shareMax) return [];
  if (Math.min(...afterMs) > atOnceMs) return [notMeasured('For a moment nobody picked any order up')];
  return [
    wall('TOLD_CAME_TOGETHER', {
      cohort,
      worst,
      rule,
      says: `${cohort.length} orders were told at the same moment to come again ${seconds(cohort[0]?.retryAfterMs ?? 0)} later. ${worst.count} of them came within ${seconds(rule.stretchMs)}, at ${moment(worst.fromMs)}.`,
    }),
  ];
}

interface Wall {
  readonly cohort: readonly TriedOrder[];
  readonly worst: { readonly count: number; readonly fromMs: number };
  readonly rule: Apart;
  readonly says: string;
}

function wall(code: string, { cohort, worst, rule, says }: Wall): Finding {
  const operations = placedBy(cohort);
  return {
    code,
    severity: 'failure',
    message: `${says} See ${operationList(operations)}.`,
    measured: {
      text: `${percent(worst.count / cohort.length)} within ${seconds(rule.stretchMs)}`,
      value: Math.round((worst.count / cohort.length) * 100),
      unit: '%',
    },
    expected: { text: `at most ${percent(rule.shareMax)}`, value: Math.round(rule.shareMax * 100), unit: '%' },
    atMs: worst.fromMs,
    refs: { operations: operations.slice(0, 5) },
  };
}
