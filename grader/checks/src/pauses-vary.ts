import type { Check, Finding } from '@lab/sdk';
import { operationList, percent, seconds } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';
import { nominalMs, ordinal, type Pauses } from './pauses.ts';
import { type Gap, gapsOf, placedBy, triedOrders } from './provider-log.ts';

interface PausesVaryOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  readonly pauses: Pauses;
  readonly groups: readonly string[];
  /** Of pauses after these attempts: the longest ones, beside which the moment that picking an order up takes is short. */
  readonly afterAttempts: readonly number[];
  /** This share of them at least is shorter than was agreed by `by`, and this share longer by it. */
  readonly shareMin: number;
  readonly by: number;
}

const enough = 60;

/** Pauses are varied to both sides of what was agreed. */
export function pausesVary(options: PausesVaryOptions): Check {
  const { pauses, groups, afterAttempts, shareMin, by, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) => {
      if (!facts.experiments.some((experiment) => evidence.selected.includes(experiment))) return [];
      const tried = triedOrders(evidence, groups);
      if (tried === null) return [notMeasured('The provider’s log was not read')];
      const gaps = gapsOf(tried);
      const measured = afterAttempts.filter(
        (attempt) => gaps.filter((gap) => gap.attempt === attempt).length >= enough,
      );
      const [worst] = measured
        .map((attempt) =>
          spread(
            gaps.filter((gap) => gap.attempt === attempt),
            { attempt, pauses, by },
          ),
        )
        .toSorted((a, b) => Math.min(a.shorter, a.longer) - Math.min(b.shorter, b.longer));
      if (worst === undefined) return [notMeasured('Too few orders were tried as often as that')];
      if (worst.shorter >= shareMin && worst.longer >= shareMin) return [];
      return [tooEven(worst, { shareMin, by })];
    },
  };
}

interface Spread {
  readonly attempt: number;
  readonly agreedMs: number;
  readonly gaps: readonly Gap[];
  readonly shorter: number;
  readonly longer: number;
}

function spread(
  gaps: readonly Gap[],
  { attempt, pauses, by }: { readonly attempt: number; readonly pauses: Pauses; readonly by: number },
): Spread {
  const agreedMs = nominalMs(pauses, attempt);
  const share = (count: number): number => count / gaps.length;
  return {
    attempt,
    agreedMs,
    gaps,
    shorter: share(gaps.filter(({ ms }) => ms < agreedMs * (1 - by)).length),
    longer: share(gaps.filter(({ ms }) => ms > agreedMs * (1 + by)).length),
  };
}

/**
 * From the shortest quarter to the longest, by the median. On a busy machine some of the pauses that do not vary are long,
 * and their middle half is not wide.
 */
function middleHalf(gaps: readonly Gap[]): number {
  const sorted = gaps.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return (at(0.75) - at(0.25)) / Math.max(1, at(0.5));
}

function tooEven(
  { attempt, agreedMs, gaps, shorter, longer }: Spread,
  { shareMin, by }: { readonly shareMin: number; readonly by: number },
): Finding {
  const operations = placedBy(gaps.map(({ order }) => order));
  const isOneSided = middleHalf(gaps) >= by;
  const [leastMs, mostMs] = [Math.min(...gaps.map(({ ms }) => ms)), Math.max(...gaps.map(({ ms }) => ms))];
  return {
    code: isOneSided ? 'VARIED_TO_ONE_SIDE' : 'NOT_VARIED',
    severity: 'failure',
    message: `Of ${gaps.length} pauses after the ${ordinal(attempt)} attempt, which are to be around ${seconds(agreedMs)}, ${percent(shorter)} were shorter than that by a tenth or more and ${percent(longer)} longer; they lay between ${seconds(leastMs)} and ${seconds(mostMs)}. See ${operationList(operations)}.`,
    measured: {
      text: `${percent(shorter)} shorter, ${percent(longer)} longer`,
      value: Math.round(Math.min(shorter, longer) * 100),
      unit: '%',
    },
    expected: {
      text: `${percent(shareMin)} or more on each side, by ${percent(by)} or more`,
      value: Math.round(shareMin * 100),
      unit: '%',
    },
    atMs: gaps[0]?.atMs ?? null,
    refs: { operations: operations.slice(0, 5) },
  };
}
