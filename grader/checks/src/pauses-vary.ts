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

function tooEven(
  { attempt, agreedMs, gaps, shorter, longer }: Spread,
  { shareMin, by }: { readonly shareMin: number; readonly by: number },
): Finding {
  const operations = placedBy(gaps.map(({ order }) => order));
  const [leastMs, mostMs] = [Math.min(...gaps.map(({ ms }) => ms)), Math.max(...gaps.map(({ ms }) => ms))];
  return {
    code: 'NOT_VARIED',
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
