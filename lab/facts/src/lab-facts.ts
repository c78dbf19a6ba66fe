/** What has an id in the lab, as plain data, from the code itself. Pages are made from it, and `lab explain` tells it. */
export interface LabFacts {
  readonly scenarios: readonly ScenarioFacts[];
  readonly faults: readonly FaultFacts[];
  readonly metrics: readonly MetricFacts[];
  readonly findings: readonly FindingCodeFacts[];
  readonly problems: readonly ProblemFacts[];
  readonly labErrors: readonly LabErrorFacts[];
}

export interface ScenarioFacts {
  readonly id: string;
  /** The address where the site tells of it; so in all of these. */
  readonly page: string;
  readonly family: string;
  readonly title: string;
  readonly level: string;
  readonly minutes: number;
  /** `lessons/<topic>`. */
  readonly lesson: string;
  readonly story: readonly string[];
  readonly budgets: readonly string[];
  readonly parts: readonly string[];
  readonly replicas: Readonly<Record<string, number>>;
  readonly requestsPerSecond: number;
  readonly editable: readonly string[];
  readonly startWith: readonly string[];
  readonly hints: readonly string[];
  readonly experiments: readonly { readonly id: string; readonly title: string }[];
  readonly checks: readonly CheckFacts[];
  readonly matrix: MatrixFacts;
}

export interface CheckFacts {
  /** `<scenario>/<name>`. */
  readonly id: string;
  readonly name: string;
  readonly page: string;
  readonly title: string;
  readonly points: number;
  /** `lessons/<topic>#<name>`. */
  readonly lesson: string;
  readonly experiments: readonly string[];
  /** Finding codes that its variants show, sorted. */
  readonly codes: readonly string[];
  /** Faults by hand that show the same, by id. */
  readonly faults: readonly string[];
  /** Metrics of the service that show it, by name. */
  readonly metrics: readonly string[];
}

/** Which check fails which variant. Without a proof, only which check claims which variant is known. */
export interface MatrixFacts {
  /** Runs of all variants together; 0 where nothing has been proved. */
  readonly runs: number;
  readonly rows: readonly MatrixRowFacts[];
}

export interface MatrixRowFacts {
  readonly variant: string;
  readonly kind: 'reference' | 'broken' | 'mutant' | 'cheat' | 'solution';
  readonly about: string;
  readonly runs: number;
  readonly cells: readonly MatrixCellFacts[];
}

export interface MatrixCellFacts {
  /** The check claims the variant. */
  readonly claims: boolean;
  readonly failed: number;
  /** Runs in which the check passed or failed. */
  readonly decided: number;
}

export interface FaultFacts {
  readonly id: string;
  readonly page: string;
  readonly title: string;
  readonly about: string;
  readonly isOneShot: boolean;
  readonly parameters: readonly {
    readonly name: string;
    readonly about: string;
    readonly usual: string;
    readonly takes: string;
  }[];
  /** Checks whose matter it shows, by id; so in all of these. */
  readonly checks: readonly string[];
}

export interface MetricFacts {
  readonly name: string;
  readonly page: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly unit: MetricUnit;
  readonly help: string;
  readonly labels: readonly string[];
  /** Relative to the root of the repository. */
  readonly file: string;
  readonly line: number;
  readonly checks: readonly string[];
}

/** In what a metric is measured. */
export type MetricUnit = 'seconds' | 'bytes' | 'cents' | 'a number' | '0 or 1';

/** A code of the findings that checks write. */
export interface FindingCodeFacts {
  readonly code: string;
  readonly page: string;
  /** What it says, one sentence; empty where nobody has written it down. */
  readonly meaning: string;
  /** Files that write it. */
  readonly files: readonly string[];
  /** Checks that find it in a variant of theirs, by id. */
  readonly checks: readonly string[];
}

/** A code of the service's own answers, `application/problem+json`. */
export interface ProblemFacts {
  readonly code: string;
  readonly page: string;
  readonly status: number;
  readonly title: string;
}

/** A code with which the lab itself ends. */
export interface LabErrorFacts {
  readonly code: string;
  readonly page: string;
  readonly family: 'UsageError' | 'EnvironmentError' | 'LabError' | 'SubmissionError';
  /** What errors of its family say, with the exit code of the command. */
  readonly about: string;
  /** Messages as the code has them; `…` stands for what is filled in. */
  readonly messages: readonly string[];
  readonly file: string;
}
