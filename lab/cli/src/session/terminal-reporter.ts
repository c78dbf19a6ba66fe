import type { Context } from '../context.ts';
import { createTasks } from '../output/tasks.ts';
import type { SessionInfo, SessionReporter } from './reporter.ts';
import { createStatusLine } from './status-line.ts';

/** Shows a session on this terminal. `onReady` prints the result of the command. */
export function createTerminalReporter(context: Context, onReady: (info: SessionInfo) => void): SessionReporter {
  const { output, io } = context;
  const tasks = createTasks(output);
  const line = createStatusLine(output, () => io.stderr.columns ?? 100);
  return {
    ...tasks,
    say: (text) => {
      if (!output.quiet) line.print(text);
    },
    warn: (text) => line.print(text),
    ready: onReady,
    tick: (status) => {
      if (status.phase === 'stopping') line.clear();
      else if (!output.quiet) line.update(status);
    },
  };
}
