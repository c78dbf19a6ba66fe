import type { Journal } from './supervision/journal.ts';
import type { ToolPaths } from './tools/tool-types.ts';

/** Where the runtime reports what it does: the shape of pino's methods. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What every start function is handed: whose run it is, where it may write, and when to give up. */
export interface RuntimeContext {
  readonly repoRoot: string;
  /** Outlives runs: tools and template databases. */
  readonly cacheDir: string;
  /** `YYYYMMDD-HHMMSS-<4 hex>`; also the last segment of `runDir`. */
  readonly run: string;
  readonly runDir: string;
  /** Aborted: start functions kill what they had begun and throw. Started parts are the caller's to dispose. */
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly tools: ToolPaths;
  readonly journal: Journal;
}
