import { type ChildProcess, spawn } from 'node:child_process';

/** Spins, and ends by itself when the lab's end of the pipe closes, whatever became of the lab. */
const spinner = `
  process.stdin.on('end', () => process.exit()).on('error', () => process.exit()).resume();
  const spin = () => { const until = Date.now() + 20; while (Date.now() < until); setImmediate(spin); };
  spin();`;

/** Keeps `count` cores busy for as long as the returned resource lives. */
export function keepBusy(count: number): AsyncDisposable {
  const children = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', spinner], { stdio: ['pipe', 'ignore', 'ignore'] }),
  );
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(children.map(end));
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
