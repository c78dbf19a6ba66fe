import type { Check, Finding } from '@lab/sdk';
import { generousMs } from './charges.ts';
import { moment, operationList, seconds } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';
import { nominalMs, ordinal, type Pauses } from './pauses.ts';
import { type Alone, pickedUpLate } from './picked-up-late.ts';
import { type Gap, gapsOf, longestGapsOf, placedBy, triedOrders } from './provider-log.ts';

interface PausesGrowOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  readonly pauses: Pauses;
  /** Orders that are refused as often as they are tried. */
  readonly groups: readonly string[];
  /** Orders that are refused once, without being told when to come again. */
  readonly onceRefused: readonly string[];
  /** A pause may be longer than was agreed by this much: whoever picks the order up needs a moment. */
  readonly slackMs: number;
  readonly alone: Alone;
}

/** Clocks and timers of the machine. */
const timerMs = 20;
const lateShareMax = 0.05;
/** The mean of so many random pauses lies this near, unless they are not what was agreed. */
const meanTolerance = 0.08;
const enough = 60;

/** The pauses between attempts are as long as was agreed: each one, and on average. */
export function pausesGrow(options: PausesGrowOptions): Check {
  const { pauses, groups, onceRefused, slackMs, alone, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) => {
      if (!facts.experiments.some((experiment) => evidence.selected.includes(experiment))) return [];
      const tried = triedOrders(evidence, groups);
      const once = triedOrders(evidence, onceRefused);
      if (tried === null || once === null) return [notMeasured('The provider’s log was not read')];
      const gaps = gapsOf(tried).filter(({ attempt }) => attempt < pauses.attemptsMax);
      const early = tooEarly([...gaps, ...longestGapsOf(once)], pauses);
      const byAttempt = [...Map.groupBy(gaps, ({ attempt }) => attempt)].toSorted(([a], [b]) => a - b);
      const measured = byAttempt.filter(([, some]) => some.length >= enough);
      const allowedMs = generousMs(slackMs, evidence);
      const long = measured.flatMap(([attempt, some]) => wrongLength(some, { attempt, pauses, allowedMs }));
      const busy = long.some(({ code }) => code !== 'PAUSES_TOO_SHORT') ? pickedUpLate(evidence, alone) : null;
      const found = [...early, ...(busy === null ? firstOfEach(long) : [busy])];
      if (found.length > 0 || measured.length >= pauses.attemptsMax - 1) return found;
      return [notMeasured(`Of ${pauses.attemptsMax - 1} pauses, ${measured.length} were seen often enough`)];
    },
  };
}

function tooEarly(gaps: readonly Gap[], pauses: Pauses): readonly Finding[] {
  const leastMs = (attempt: number): number => nominalMs(pauses, attempt) * (1 - pauses.variation);
  const early = gaps.filter(({ attempt, ms }) => ms < leastMs(attempt) - timerMs);
  const worst = early.toSorted((a, b) => a.ms / leastMs(a.attempt) - b.ms / leastMs(b.attempt))[0];
  if (worst === undefined) return [];
  const { attempt, ms, order, atMs } = worst;
  return [
    {
      code: 'CAME_BACK_EARLY',
      severity: 'failure',
      message: `${early.length} of ${gaps.length} attempts came sooner than was agreed: order ${order.order}, answered ${order.told}, was tried again ${seconds(ms)} after its ${ordinal(attempt)} attempt, at ${moment(atMs)}. See ${operationList(placedBy(early.map((gap) => gap.order)))}.`,
      measured: { text: `${seconds(ms)} after the ${ordinal(attempt)} attempt`, value: Math.round(ms), unit: 'ms' },
      expected: { text: `${seconds(leastMs(attempt))} at least`, value: leastMs(attempt), unit: 'ms' },
      atMs,
      refs: { operations: placedBy(early.map((gap) => gap.order)).slice(0, 5) },
    },
  ];
}

interface Expected {
  readonly attempt: number;
  readonly pauses: Pauses;
  readonly allowedMs: number;
}

function wrongLength(gaps: readonly Gap[], { attempt, pauses, allowedMs }: Expected): readonly Finding[] {
  const agreedMs = nominalMs(pauses, attempt);
  const meanMs = gaps.reduce((sum, { ms }) => sum + ms, 0) / gaps.length;
  const mostMs = agreedMs * (1 + pauses.variation) + allowedMs;
  const late = gaps.filter(({ ms }) => ms > mostMs);
  const about = (code: string, says: string, some: readonly Gap[]): Finding => ({
    code,
    severity: 'failure',
    message: `${says} See ${operationList(placedBy(some.map(({ order }) => order)))}.`,
    measured: {
      text: `${seconds(meanMs)} on average after the ${ordinal(attempt)} attempt`,
      value: Math.round(meanMs),
      unit: 'ms',
    },
    expected: { text: `${seconds(agreedMs)} on average`, value: agreedMs, unit: 'ms' },
    atMs: some[0]?.atMs ?? null,
    refs: { operations: placedBy(some.map(({ order }) => order)).slice(0, 5) },
  });
  const mean = `The ${gaps.length} pauses after the ${ordinal(attempt)} attempt were ${seconds(meanMs)} on average; ${seconds(agreedMs)} was agreed`;
  if (meanMs < agreedMs * (1 - meanTolerance)) return [about('PAUSES_TOO_SHORT', `${mean}.`, gaps)];
  if (meanMs > agreedMs * (1 + meanTolerance) + allowedMs) return [about('PAUSES_TOO_LONG', `${mean}.`, gaps)];
  if (late.length <= gaps.length * lateShareMax) return [];
  const longest = Math.max(...late.map(({ ms }) => ms));
  return [
    about(
      'CAME_BACK_LATE',
      `${late.length} of ${gaps.length} pauses after the ${ordinal(attempt)} attempt were longer than ${seconds(mostMs)}, the longest ${seconds(longest)}.`,
      late,
    ),
  ];
}

function firstOfEach(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ code }, index) => findings.findIndex((other) => other.code === code) === index);
}
