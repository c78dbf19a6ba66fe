import type { Testbed } from '@lab/runner';
import type { ReplicaName } from '@lab/sdk';
import type { CodeVersion } from './code-versions.ts';
import { type CodeProblem, problemOfRejection } from './problem.ts';

export type RolloutTestbed = Pick<Testbed, 'bootReplicas' | 'onReplicaExit' | 'replaceReplica'>;

/** Which replica runs which version. */
export interface Deployment {
  /** The version a replica runs; undefined while it is down. */
  runs(name: ReplicaName): CodeVersion | undefined;
  /** The version it was last meant to run. */
  meant(name: ReplicaName): CodeVersion | undefined;
  versions(): readonly CodeVersion[];
  /** Its end is the lab's own doing now. */
  isBusy(name: ReplicaName): boolean;
  lost(name: ReplicaName): void;
  /** The problem when the version does not boot: then this replica stays down. */
  replace(name: ReplicaName, version: CodeVersion): Promise<CodeProblem | null>;
  bootAll(version: CodeVersion): Promise<CodeProblem | null>;
  /** Runs work for which every replica goes down. */
  takenDown(work: () => Promise<void>): Promise<CodeProblem | null>;
}

export function createDeployment(testbed: RolloutTestbed, names: readonly ReplicaName[]): Deployment {
  const running = new Map<ReplicaName, CodeVersion>();
  const assigned = new Map<ReplicaName, CodeVersion>();
  const busy = new Set<ReplicaName>();

  const attempt = async (concerned: readonly ReplicaName[], work: () => Promise<void>): Promise<CodeProblem | null> => {
    for (const name of concerned) {
      busy.add(name);
      running.delete(name);
    }
    try {
      await work();
      return null;
    } catch (error) {
      const [only, ...others] = concerned;
      return problemOfRejection(error, others.length === 0 ? (only ?? null) : null);
    } finally {
      for (const name of concerned) busy.delete(name);
    }
  };
  const bring = async (
    concerned: readonly ReplicaName[],
    version: CodeVersion,
    work: () => Promise<void>,
  ): Promise<CodeProblem | null> => {
    for (const name of concerned) assigned.set(name, version);
    const problem = await attempt(concerned, work);
    if (problem === null) for (const name of concerned) running.set(name, version);
    return problem;
  };

  return {
    runs: (name) => running.get(name),
    meant: (name) => assigned.get(name),
    versions: () => [...running.values()],
    isBusy: (name) => busy.has(name),
    lost: (name) => void running.delete(name),
    replace: (name, version) => bring([name], version, () => testbed.replaceReplica(name, version.codeDir)),
    bootAll: (version) => bring(names, version, () => testbed.bootReplicas(version.codeDir)),
    takenDown: (work) => attempt(names, work),
  };
}
