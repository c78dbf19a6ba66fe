import type { Scenario } from '@lab/sdk';
import type { ScenarioProof } from './prove-scenario.ts';

export interface VariantSummary {
  readonly variant: string;
  /** Under the present inputs, stored runs included. */
  readonly runs: number;
  readonly right: number;
  readonly wrong: readonly { readonly seed: number; readonly run: string; readonly why: string }[];
  readonly inconclusive: number;
  readonly repeats: number;
  readonly gradeMs: { readonly p50: number; readonly p95: number; readonly max: number };
}

export interface ScenarioSummary {
  readonly scenario: string;
  readonly complete: boolean;
  readonly variants: readonly VariantSummary[];
  /** Checks that claim no variant. */
  readonly uselessChecks: readonly string[];
}

/** What the proof says of the variants asked for, under their present inputs. */
export function summarise(
  scenario: Scenario,
  proven: ScenarioProof,
  uselessChecks: readonly string[],
): ScenarioSummary {
  const variants = proven.candidates.map(({ name, inputsHash }): VariantSummary => {
    const stored = proven.proof.entries[name];
    const entry = stored?.inputsHash === inputsHash ? stored : undefined;
    const runs = entry?.runs ?? 0;
    const inconclusive = entry?.verdicts.inconclusive ?? 0;
    const wrong = entry?.wrong ?? [];
    const { p50, p95, max } = entry?.gradeMs ?? { p50: 0, p95: 0, max: 0 };
    return {
      variant: name,
      runs,
      right: Math.max(0, runs - inconclusive - wrong.length),
      wrong,
      inconclusive,
      repeats: entry?.repeats ?? 0,
      gradeMs: { p50, p95, max },
    };
  });
  return { scenario: scenario.id, complete: proven.complete, variants, uselessChecks };
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
