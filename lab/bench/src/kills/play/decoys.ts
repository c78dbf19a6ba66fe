import { type ChildProcess, spawn } from 'node:child_process';
import { identityOf, isAlive } from '../../machine/proc.ts';
import type { Identity } from '../../machine/proc-files.ts';

/** Processes that look like the lab's and are not: whoever kills one of them would kill a user's too. */
export interface Decoys extends Disposable {
  /** Names of those that have ended. */
  ended(): readonly string[];
}

const otherRun = '20200101-000000-abcd';
/** They outlive every round, and end by themselves should nobody end them. */
const lifeSeconds = '7200';

const looks = [
  // What a checkpointer of PostgreSQL is called, marked with a run that is not ours.
  { argv0: 'postgres: checkpointer ', env: { BROWNOUT_RUN: otherRun, BROWNOUT_PART: `${otherRun}/postgres/00000000` } },
  { argv0: 'guardian', env: { BROWNOUT_RUN: otherRun } },
  { argv0: 'toxiproxy-server', env: {} },
] as const;

export function startDecoys(): Decoys {
  const decoys = looks.map(({ argv0, env }) => {
    const child = spawn('sleep', [lifeSeconds], { argv0, env: { PATH: '/usr/bin:/bin', ...env }, stdio: 'ignore' });
    child.unref();
    return { name: argv0.trim(), child, identity: identityOfChild(child) };
  });
  return {
    ended: () => decoys.filter(({ identity }) => !isAlive(identity)).map(({ name }) => name),
    [Symbol.dispose]() {
      for (const { child } of decoys) child.kill('SIGKILL');
    },
  };
}

function identityOfChild({ pid }: ChildProcess): Identity {
  const identity = pid === undefined ? null : identityOf(pid);
  if (identity === null) throw new Error('A decoy could not be started: is there a program named sleep?');
  return identity;
}
