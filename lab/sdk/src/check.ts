import type { Evidence } from './evidence.ts';

/** A measured or expected quantity. `text` is what a learner reads. */
export interface Measurement {
  readonly text: string;
  readonly value?: number;
  readonly unit?: string;
}

/** Where in the evidence a finding comes from. */
export interface EvidenceRefs {
  readonly operations?: readonly number[];
  readonly experiment?: string;
  /** Names of faults or holds in force. */
  readonly during?: readonly string[];
}

/**
 * One fact for the learner. `failure` fails the check; `inconclusive` says that the check could not
 * decide; `note` changes nothing.
 */
export interface Finding {
  /** Stable, upper case, as `STALE_AFTER_WRITE`. */
  readonly code: string;
  readonly severity: 'failure' | 'inconclusive' | 'note';
  /** Invariant, what was seen, moment: whole sentences a learner can act on. */
  readonly message: string;
  readonly measured: Measurement;
  readonly expected: Measurement;
  /** Milliseconds since the run's clock started; null where a moment makes no sense. */
  readonly atMs: number | null;
  readonly refs: EvidenceRefs;
}

/** Judges and never measures: pure, synchronous, the same evidence always gives the same findings. */
export interface Check {
  /** `<scenario>/<kebab>`. */
  readonly id: string;
  readonly title: string;
  readonly points: number;
  /** Lesson anchor, `lessons/<topic>#<check>`. */
  readonly lesson: string;
  /** Experiments that this check needs; empty means that calm load alone decides. */
  readonly experiments: readonly string[];
  /** An empty list, or notes only, means satisfied. */
  readonly judge: (evidence: Evidence) => readonly Finding[];
}
