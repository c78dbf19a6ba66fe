import type { ActiveFault } from '@lab/faults';

/** What a session tells whoever started it; the same for a terminal and for a waiting parent process. */
export interface SessionReporter {
  begin(label: string): void;
  note(text: string): void;
  done(note?: string): void;
  failed(): void;
  /** A remark that stays, as a change or a crash. */
  say(line: string): void;
  warn(line: string): void;
  /** The session stands. */
  ready(info: SessionInfo): void;
  /** Once a second. */
  tick(status: SessionStatus): void;
}

/** The `lab start --json` document, without its schema. */
export interface SessionInfo {
  readonly run: string;
  readonly labPid: number;
  readonly scenario: string;
  readonly seed: number;
  readonly port: number;
  readonly workspace: string;
  /** Absolute paths of the files to read first. */
  readonly edit: readonly string[];
  readonly lesson: string;
  readonly watch: string;
  readonly next: string;
  /** From the command to the first answered request; null when the code does not boot. */
  readonly firstRequestMs: number | null;
  readonly problem: string | null;
}

/** The `lab status --json` document of a running session, without its schema. */
export interface SessionStatus {
  readonly running: true;
  readonly labPid: number;
  readonly run: string | null;
  readonly scenario: string;
  readonly phase: 'starting' | 'load' | 'paused' | 'code-does-not-boot' | 'stopping';
  readonly parts: readonly {
    readonly part: string;
    readonly pid: number;
    readonly host: string;
    readonly port: number;
  }[];
  readonly replicas: readonly {
    readonly name: string;
    readonly up: boolean;
    readonly pid: number | null;
    readonly url: string | null;
  }[];
  readonly load: LoadFigures | null;
  readonly workspace: string;
  readonly uptimeMs: number;
  readonly port: number | null;
  readonly problem: string | null;
  /** Faults that somebody has put on by hand. */
  readonly faults: readonly ActiveFault[];
  readonly lastChange: { readonly paths: readonly string[]; readonly agoMs: number; readonly tookMs: number } | null;
}

export interface LoadFigures {
  readonly requestsPerSecond: number;
  readonly failedPerSecond: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Null where the lab does not count them. */
  readonly databaseStatementsPerSecond: number | null;
}
