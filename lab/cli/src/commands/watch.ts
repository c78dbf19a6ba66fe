import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { currentStatus } from '../session/current-status.ts';
import { createStatusLine } from '../session/status-line.ts';

const everyMs = 1_000;

/** `lab watch`: the status line of the running session, until it stops or Ctrl-C. */
export async function watch(context: Context): Promise<number> {
  const { output, signal, labDir } = context;
  const first = await currentStatus(labDir);
  if (output.json || !first.running) {
    output.result({ schema: 'lab.watch/1', status: first }, () => [
      'Nothing is running. npx lab start begins a session.',
    ]);
    return exitCode.done;
  }
  const line = createStatusLine(output, () => context.io.stderr.columns ?? 100);
  let problem: string | null = null;
  while (!signal.aborted) {
    const current = await currentStatus(labDir);
    if (!current.running) break;
    if (current.problem !== null && current.problem !== problem) line.print(current.problem);
    problem = current.problem;
    line.update(current);
    // Aborted while waiting is the way out of this loop.
    await delay(everyMs, undefined, { signal }).catch(() => undefined);
  }
  line.clear();
  if (!signal.aborted) output.say('The session has stopped.');
  return exitCode.done;
}
