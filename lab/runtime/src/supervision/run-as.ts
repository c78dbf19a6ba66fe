import { execFileSync } from 'node:child_process';
import { chownSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { EnvironmentError } from '@lab/sdk';

/** Another user to run a program as, for programs that refuse root. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
  /** The user cannot reach one of the folders, so the process is given the right to pass them. */
  readonly needsOverride: boolean;
}

/**
 * Who PostgreSQL runs as: null for "as we are"; as root the user `postgres` if there is one, else
 * `nobody`. `folders` are those that it must be able to reach.
 */
export function findRunAs(folders: readonly string[]): RunAs | null {
  if (process.getuid?.() !== 0) return null;
  const user = ['postgres', 'nobody'].map(lookUpUser).find((found) => found !== null);
  if (!user) {
    throw new EnvironmentError('E_NO_USER_FOR_POSTGRES', {
      message: 'PostgreSQL does not run as root, and this machine has no user postgres or nobody.',
      hint: 'useradd --system postgres',
    });
  }
  return { ...user, needsOverride: folders.some((folder) => !canReach(user, folder)) };
}

/** Command, arguments and ids that run `command` as that user. */
export function commandAs(
  runAs: RunAs | null,
  command: string,
  args: readonly string[],
): { command: string; args: readonly string[]; uid?: number; gid?: number } {
  if (!runAs) return { command, args };
  const { uid, gid } = runAs;
  if (!runAs.needsOverride) return { command, args, uid, gid };
  const capability = '+dac_override';
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const rights = [`--inh-caps=${capability}`, `--ambient-caps=${capability}`];
  return { command: 'setpriv', args: [...identity, ...rights, command, ...args] };
}

/** Hands a file or folder to the user that will use it. */
export function giveTo(runAs: RunAs | null, target: string): void {
  if (runAs) chownSync(target, runAs.uid, runAs.gid);
}

function lookUpUser(name: string): { uid: number; gid: number } | null {
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8', timeout: 5000, stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return null; // No such user.
  }
}

/** True when the user may pass every folder on the way, by the mode bits. */
function canReach(user: { uid: number; gid: number }, folder: string): boolean {
  const segments = realpathSync(folder).split(path.sep);
  return segments.every((_, index) => {
    const info = statSync(segments.slice(0, index + 1).join(path.sep) || path.sep);
    if (info.uid === user.uid) return (info.mode & 0o100) !== 0;
    if (info.gid === user.gid) return (info.mode & 0o010) !== 0;
    return (info.mode & 0o001) !== 0;
  });
}
