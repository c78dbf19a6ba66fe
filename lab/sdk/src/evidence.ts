import type { Operation } from './operation.ts';

/** One measured value. Times in milliseconds since the run's clock started. */
export interface Sample {
  readonly atMs: number;
  /** Dotted name, unit last, as `k6.latency_ms` or `database.statements_total`. */
  readonly series: string;
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Something that happened at a moment or over a stretch of the run. */
export interface TimelineEvent {
  readonly atMs: number;
  /** Names of the event stream, so that console, replay and report read one format. */
  readonly event: 'phase' | 'fault' | 'change' | 'log' | 'hold';
  readonly name: string;
  readonly state: string;
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
}

/** One attempt at one experiment. */
export interface ExperimentRecord {
  readonly experiment: string;
  /** From 1. Attempts whose barrier was not reached prove nothing and are repeated. */
  readonly attempt: number;
  /** The barrier was reached and the experiment's own self-check held. */
  readonly reached: boolean;
  /** Why it was not reached, for people. */
  readonly note?: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Keys (book ids) that this attempt and the earlier ones of its experiment worked on. */
  readonly keys: readonly string[];
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
}

/** Rows that the lab read with its own connection, as `final-books`. */
export interface TableDump {
  readonly table: string;
  readonly rows: readonly Readonly<Record<string, string | number | boolean | null>>[];
}

/** Proof of the lab's own health, by means that do not pass through the service. */
export interface LabHealth {
  /** A server of the lab's own under the same load generator. */
  readonly echo: { readonly requests: number; readonly failed: number; readonly p95Ms: number; readonly maxMs: number };
  readonly load: { readonly planned: number; readonly delivered: number; readonly dropped: number };
  /** Direct connections of the lab to each part. */
  readonly canaries: readonly { readonly part: string; readonly failed: number; readonly maxMs: number }[];
  /** Longest stall of the runner's own event loop. */
  readonly runnerStallMsMax: number;
  /** Set when the lab cannot vouch for this run; the reason, for people. */
  readonly problem: string | null;
}

/** A part or replica that ended although nobody asked it to. */
export interface UnexpectedExit {
  readonly part: string;
  readonly atMs: number;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Last lines of its output. */
  readonly tail: readonly string[];
}

/** All that a run recorded. Checks see this and nothing else. */
export interface Evidence {
  readonly schemaVersion: 1;
  readonly scenario: string;
  readonly run: string;
  readonly seed: number;
  readonly history: readonly Operation[];
  readonly samples: readonly Sample[];
  readonly timeline: readonly TimelineEvent[];
  readonly experiments: readonly ExperimentRecord[];
  readonly tables: readonly TableDump[];
  readonly exits: readonly UnexpectedExit[];
  readonly labHealth: LabHealth;
  /**
   * Set when the steady state did not hold: whether the reference's did, on this machine, right
   * after. `busy`: it held, but the lab's own connections were slow meanwhile, or the code held too when it was
   * measured again, so that the machine was no fair judge of speed. `null` when it was not asked.
   */
  readonly referenceBaseline: 'held' | 'busy' | 'failed' | null;
  /** Experiments that were asked for; a verify run of one mutant asks for fewer. */
  readonly selected: readonly string[];
}
