import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LabError } from '@lab/sdk';
import { appendRecord } from './journal.ts';
import { processInfo } from './process-table.ts';
import { isAllGone, type ReapResult, reapRun } from './reap-run.ts';
import { GUARDIAN_VARIABLE } from './run-marks.ts';

const RESTARTS_MAX = 20;
const EXIT_LIMIT_MS = 2000;

// A shell waits, at 1 MB, for a line or for the end of the lab; Node (40 MB) starts only when there is something to do.
const WAIT_THEN_REAP = 'read -r line; [ "$line" = done ] || exec "$@"';

/** A process that outlives the lab for as long as it takes to kill everything that the lab started. */
export interface Guardian extends AsyncDisposable {
  /** Process id of the guardian that watches now. */
  pid(): number | undefined;
  /**
   * Ends the run in good order: kills what is left of it, removes its temporary folders, writes the
   * journal's last line and lets the guardian go. Repeating it is harmless.
   */
  done(): Promise<ReapResult>;
}

/** Starts the guardian of a run, before its first part. Another takes its place when it dies. */
export async function startGuardian(options: {
  readonly repoRoot: string;
  readonly run: string;
  readonly runDir: string;
}): Promise<Guardian> {
  const { run, runDir } = options;
  let isDone = false;
  let restarts = 0;
  let finished: Promise<ReapResult> | undefined;
  let child = spawnWatcher(run, runDir);
  const watch = (): void => {
    child.once('exit', () => {
      if (isDone || restarts >= RESTARTS_MAX) return;
      restarts += 1;
      child = spawnWatcher(run, runDir);
      watch();
    });
  };
  watch();
  if (child.pid === undefined) {
    throw new LabError('E_GUARDIAN_START', {
      message: 'The guardian process could not be started: /bin/sh did not run.',
    });
  }

  const finish = async (): Promise<ReapResult> => {
    const result = await reapRun(runDir);
    isDone = true;
    if (isAllGone(result)) appendRecord(runDir, { event: 'end', by: 'lab' });
    child.stdin?.end('done\n');
    await Promise.race([hasExited(child), sleep(EXIT_LIMIT_MS, undefined, { ref: false })]);
    return result;
  };
  const done = (): Promise<ReapResult> => {
    finished ??= finish();
    return finished;
  };
  return {
    pid: () => child.pid,
    done,
    async [Symbol.asyncDispose]() {
      await done();
    },
  };
}

function spawnWatcher(run: string, runDir: string): ChildProcess {
  const main = fileURLToPath(new URL('./guardian-main.ts', import.meta.url));
  // Its own session, so that neither Ctrl-C nor a closed terminal reaches it.
  const child = spawn('/bin/sh', ['-c', WAIT_THEN_REAP, 'guardian', process.execPath, main, runDir], {
    cwd: '/',
    detached: true,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', [GUARDIAN_VARIABLE]: run },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Both are reported by 'exit'; without these handlers they would bring the lab down.
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  child.unref();
  const pipe = child.stdin as { unref?: () => void } | null;
  pipe?.unref?.();
  const startTime = child.pid === undefined ? undefined : processInfo(child.pid)?.startTime;
  if (child.pid !== undefined && startTime !== undefined) {
    appendRecord(runDir, { event: 'guardian', pid: child.pid, startTime });
  }
  return child;
}

function hasExited(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.ref();
    child.once('exit', () => resolve());
  });
}
