/** The programs that the lab runs beside Node. */
export type ToolName = 'postgres' | 'redis-server' | 'toxiproxy' | 'k6' | 'versitygw' | 'haproxy' | 'varnish';

/** The platforms that the tool table covers: Node's `process.platform` and `process.arch`. */
export type Platform = 'linux-x64' | 'linux-arm64' | 'darwin-x64' | 'darwin-arm64';

/** Executable of each tool; for postgres the folder that holds initdb, postgres and pg_ctl. */
export type ToolPaths = Partial<Record<ToolName, string>>;

/** One way of getting a tool, in the order in which they are tried. */
export type Way = 'environment' | 'path' | 'cache' | 'npm' | 'release' | 'go-build' | 'system-package';

/** A way that was tried before the tool was found, and what came of it, in plain words. */
export interface TriedWay {
  readonly way: Way;
  readonly outcome: string;
}

/** A tool that is there and suits. */
export interface FoundTool {
  readonly name: ToolName;
  /** Executable; for postgres the `bin` folder. */
  readonly path: string;
  readonly version: string;
  /** How the tool came to be here: one in the cache keeps the way by which it was first fetched in `origin`. */
  readonly foundBy: Way;
  readonly origin?: Way;
  readonly tried: readonly TriedWay[];
}

/** What `inspectTools` says of a tool that is not there: nothing was fetched. */
export interface MissingTool {
  readonly name: ToolName;
  readonly tried: readonly TriedWay[];
  /** Ways that `resolveTools` would try. */
  readonly waysLeft: readonly Way[];
  /** The one command that fixes it by hand. */
  readonly fix: string;
}

/** A step in fetching a tool. Steps that take over a second report `running` every few seconds. */
export interface ToolProgress {
  readonly tool: ToolName;
  readonly way: Way;
  readonly phase: 'started' | 'running' | 'done' | 'failed';
  readonly message: string;
  readonly elapsedMs: number;
}

/** Environment variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What every way is handed. */
export interface WayContext {
  readonly tool: ToolName;
  readonly platform: Platform;
  readonly cacheDir: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
  /** Says what the step does now. Cheap; may be called often. */
  report(message: string): void;
}
