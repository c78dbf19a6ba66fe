import type { MachineLoad, ProofEntry } from '@lab/judge';
import type { Scenario } from '@lab/sdk';
import type { ScenarioProof } from './prove-scenario.ts';

export interface VariantSummary {
  readonly variant: string;
  /** Under the present inputs, stored runs included. */
  readonly runs: number;
  readonly right: number;
  readonly wrong: readonly {
    readonly seed: number;
    readonly run: string;
    readonly machine: MachineLoad;
    readonly why: string;
  }[];
  readonly inconclusive: number;
  readonly repeats: number;
  readonly idle: RunTimes;
  readonly busy: RunTimes;
}

/** Runs beside nothing, or beside work on every core; times from the command to the verdict. */
export interface RunTimes {
  readonly runs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

export interface ScenarioSummary {
  readonly scenario: string;
  readonly complete: boolean;
  readonly variants: readonly VariantSummary[];
  /** Over all variants. */
  readonly idle: RunTimes;
  readonly busy: RunTimes;
  /** Checks that claim no variant. */
  readonly uselessChecks: readonly string[];
}

/** What the proof says of the variants asked for, under their present inputs. */
export function summarise(
  scenario: Scenario,
  proven: ScenarioProof,
  judging: {
    readonly uselessChecks: readonly string[];
    summariseTimes(samples: readonly number[]): { p50: number; p95: number; max: number };
  },
): ScenarioSummary {
  const { summariseTimes, uselessChecks } = judging;
  const entries = proven.candidates.map(({ name, inputsHash }) => {
    const stored = proven.proof.entries[name];
    return { name, entry: stored?.inputsHash === inputsHash ? stored : undefined };
  });
  const variants = entries.map(({ name, entry }): VariantSummary => {
    const runs = entry?.runs ?? 0;
    const inconclusive = entry?.verdicts.inconclusive ?? 0;
    const wrong = entry?.wrong ?? [];
    return {
      variant: name,
      runs,
      right: Math.max(0, runs - inconclusive - wrong.length),
      wrong,
      inconclusive,
      repeats: entry?.repeats ?? 0,
      idle: runTimes(entry?.idle),
      busy: runTimes(entry?.busy),
    };
  });
  const over = (machine: MachineLoad): RunTimes => {
    const all = entries.flatMap(({ entry }) => entry?.[machine] ?? []);
    const samples = all.flatMap(({ gradeMs }) => gradeMs.samples);
    return toRunTimes(sum(all.map(({ runs }) => runs)), summariseTimes(samples));
  };
  return {
    scenario: scenario.id,
    complete: proven.complete,
    variants,
    idle: over('idle'),
    busy: over('busy'),
    uselessChecks,
  };
}

function runTimes(counts: ProofEntry['idle'] | undefined): RunTimes {
  return toRunTimes(counts?.runs ?? 0, counts?.gradeMs ?? { p50: 0, p95: 0, max: 0 });
}

function toRunTimes(runs: number, { p50, p95, max }: { p50: number; p95: number; max: number }): RunTimes {
  return { runs, p50Ms: p50, p95Ms: p95, maxMs: max };
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly inconclusive: number;
}

export function countRuns(summaries: readonly ScenarioSummary[]): Counts {
  const variants = summaries.flatMap((summary) => summary.variants);
  return {
    passed: sum(variants.map(({ right }) => right)),
    failed:
      sum(variants.map(({ wrong }) => wrong.length)) + sum(summaries.map(({ uselessChecks }) => uselessChecks.length)),
    // Repeats that were decided in the end leave nothing open.
    inconclusive: variants.filter(({ right, wrong, inconclusive }) => inconclusive > 0 && right + wrong.length === 0)
      .length,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
