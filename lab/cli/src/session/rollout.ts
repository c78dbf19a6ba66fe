import type { ReplicaName } from '@lab/sdk';
import type { CodeVersion, CodeVersions } from './code-versions.ts';
import { createCrashRestarts } from './crash-restarts.ts';
import { createDeployment, type RolloutTestbed } from './deployment.ts';
import { type CodeProblem, problemOfRejection } from './problem.ts';
import { createSerial } from './serial.ts';

export interface RolloutEvents {
  /** One replica runs the new code. */
  replaced(replica: ReplicaName, facts: { readonly sinceChangeMs: number }): void;
  rolledOut(paths: readonly string[], tookMs: number): void;
  /** Null: the code boots again. */
  problem(problem: CodeProblem | null): void;
  /** `restart` is null when it will not be restarted until the next save. */
  crashed(problem: CodeProblem, restart: { readonly inMs: number } | null): void;
  /** Something that is no fault of the learner's. */
  failed(error: unknown): void;
}

export interface RolloutOptions {
  readonly testbed: RolloutTestbed;
  readonly names: readonly ReplicaName[];
  readonly versions: CodeVersions;
  readonly events: RolloutEvents;
  /** Stops the replicas and makes the database fresh; called again when migrations change. */
  prepare(codeDir: string): Promise<void>;
  readonly backoffMs?: readonly number[];
  readonly nowMs?: () => number;
}

export interface Rollout extends AsyncDisposable {
  /** Boots every replica; resolves to false, with the problem told, when the code does not boot. */
  first(): Promise<boolean>;
  /** Files have been saved. */
  changed(paths: readonly string[]): void;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}

// Five restarts of the same code, then it waits for a save.
const backoffMsDefault = [250, 500, 1_000, 2_000, 4_000];

interface Save {
  readonly paths: Set<string>;
  readonly sinceMs: number;
}

/**
 * Brings saved code to the replicas one after the other. The first shows whether it boots: when it
 * does not, the others keep what they run. A replica that crashes later is restarted with backoff.
 */
export function createRollout(options: RolloutOptions): Rollout {
  const { testbed, names, events, nowMs = () => performance.now() } = options;
  const deployment = createDeployment(testbed, names);
  let pending: Save | null = null;
  let closed = false;
  const serial = createSerial((error) => {
    if (!closed) events.failed(error);
  });
  const tell: RolloutEvents = muted(events, () => closed);
  const restarts = createCrashRestarts({
    testbed,
    names,
    deployment,
    backoffMs: options.backoffMs ?? backoffMsDefault,
    run: (work) => serial.run(async () => (closed ? undefined : await work())),
    isSuperseded: () => pending !== null,
    onCrash: tell.crashed,
    onRestarted: (name) => tell.replaced(name, { sinceChangeMs: 0 }),
  });
  const roller = createRoller({
    ...options,
    deployment,
    events: tell,
    nowMs,
    isSuperseded: () => closed || pending !== null,
  });

  return {
    first: () => roller.first(),
    changed(paths) {
      pending ??= { paths: new Set(), sinceMs: nowMs() };
      for (const path of paths) pending.paths.add(path);
      serial.run(async () => {
        const save = pending;
        pending = null;
        if (save === null || closed) return;
        restarts.forget();
        await roller.rollOut(save);
      });
    },
    settled: () => serial.idle(),
    async [Symbol.asyncDispose]() {
      closed = true;
      restarts[Symbol.dispose]();
      await serial.idle();
    },
  };
}

interface RollerOptions extends RolloutOptions {
  readonly deployment: ReturnType<typeof createDeployment>;
  readonly nowMs: () => number;
  isSuperseded(): boolean;
}

function createRoller(options: RollerOptions) {
  const { names, versions, events, deployment, nowMs } = options;
  let isPrepared = false;

  const take = async (): Promise<CodeVersion | null> => {
    try {
      return await versions.take();
    } catch (error) {
      events.problem(problemOfRejection(error, null));
      return null;
    }
  };
  const prepare = async (version: CodeVersion): Promise<boolean> => {
    const problem = await deployment.takenDown(() => options.prepare(version.codeDir));
    if (problem !== null) events.problem(problem);
    isPrepared = problem === null;
    return isPrepared;
  };

  return {
    async first(): Promise<boolean> {
      const version = await take();
      if (version === null || !(await prepare(version))) return false;
      const problem = await deployment.bootAll(version);
      if (problem !== null) events.problem(problem);
      return problem === null;
    },
    async rollOut(save: Save): Promise<void> {
      const version = await take();
      if (version === null) return;
      if ([...save.paths].some((path) => path.startsWith('migrations/'))) isPrepared = false;
      if (!isPrepared && !(await prepare(version))) return;
      const stale = names.filter((name) => deployment.runs(name) !== version);
      for (const name of stale) {
        const problem = await deployment.replace(name, version);
        if (problem !== null) return events.problem(problem);
        events.replaced(name, { sinceChangeMs: nowMs() - save.sinceMs });
        if (options.isSuperseded()) return;
      }
      events.problem(null);
      if (stale.length > 0) events.rolledOut([...save.paths], nowMs() - save.sinceMs);
      await versions.keepOnly(deployment.versions());
    },
  };
}

/** Says nothing more once the session is ending: what fails then fails because of that. */
function muted(events: RolloutEvents, isMuted: () => boolean): RolloutEvents {
  return {
    replaced: (replica, facts) => (isMuted() ? undefined : events.replaced(replica, facts)),
    rolledOut: (paths, tookMs) => (isMuted() ? undefined : events.rolledOut(paths, tookMs)),
    problem: (problem) => (isMuted() ? undefined : events.problem(problem)),
    crashed: (problem, restart) => (isMuted() ? undefined : events.crashed(problem, restart)),
    failed: (error) => (isMuted() ? undefined : events.failed(error)),
  };
}
