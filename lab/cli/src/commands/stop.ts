import type { Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { seconds } from '../output/figures.ts';
import { stopSession } from '../session/stop-session.ts';

/** `lab stop`: everything of the running session, also of one whose lab died. */
export async function stop(context: Context): Promise<number> {
  const { output } = context;
  const result = await stopSession(context);
  output.result({ schema: 'lab.stop/1', ...result }, () => {
    if (!result.wasRunning && result.killed.length === 0) return ['Nothing is running.'];
    if (!result.wasRunning) return [`Cleared away ${result.killed.length} processes that a dead lab had left.`];
    const how = result.forced ? ', by force' : '';
    return [`Stopped ${result.scenario} in ${seconds(result.tookMs)}${how}. Nothing is left running.`];
  });
  return exitCode.done;
}
