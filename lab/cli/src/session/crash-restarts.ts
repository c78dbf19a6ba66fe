import type { ReplicaName, UnexpectedExit } from '@lab/sdk';
import type { Deployment, RolloutTestbed } from './deployment.ts';
import { type CodeProblem, problemOfExit } from './problem.ts';

export interface CrashRestartsOptions {
  readonly testbed: RolloutTestbed;
  readonly names: readonly ReplicaName[];
  readonly deployment: Deployment;
  /** Waits before each restart; after the last one it waits for a save. */
  readonly backoffMs: readonly number[];
  /** Runs work in turn with the rollouts. */
  run(work: () => Promise<void>): void;
  /** A save is waiting to be rolled out: it restarts the replica anyway. */
  isSuperseded(): boolean;
  onCrash(problem: CodeProblem, restart: { readonly inMs: number } | null): void;
  onRestarted(name: ReplicaName): void;
}

export interface CrashRestarts extends Disposable {
  /** New code: earlier crashes count no more. */
  forget(): void;
}

/** Restarts a replica that ended although nobody asked it to. */
export function createCrashRestarts(options: CrashRestartsOptions): CrashRestarts {
  const { deployment, names, backoffMs } = options;
  const counts = new Map<ReplicaName, number>();
  const timers = new Set<NodeJS.Timeout>();

  const again = (name: ReplicaName, problem: CodeProblem): void => {
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    const inMs = backoffMs[count];
    options.onCrash(problem, inMs === undefined ? null : { inMs });
    if (inMs === undefined) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      options.run(() => restart(name));
    }, inMs);
    timers.add(timer);
  };
  const restart = async (name: ReplicaName): Promise<void> => {
    const version = deployment.meant(name);
    if (version === undefined || deployment.runs(name) !== undefined || options.isSuperseded()) return;
    const problem = await deployment.replace(name, version);
    if (problem === null) options.onRestarted(name);
    else again(name, problem);
  };
  const onExit = (exit: UnexpectedExit): void => {
    const name = names.find((candidate) => candidate === exit.part);
    if (name === undefined || deployment.isBusy(name)) return;
    const codeDir = deployment.runs(name)?.codeDir ?? null;
    deployment.lost(name);
    again(name, problemOfExit(exit, codeDir));
  };

  const stopListening = options.testbed.onReplicaExit(onExit);
  return {
    forget: () => counts.clear(),
    [Symbol.dispose]() {
      stopListening();
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
