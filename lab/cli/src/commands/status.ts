import type { Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { statusLines } from '../output/status-lines.ts';
import { currentStatus } from '../session/current-status.ts';

/** `lab status`. */
export async function status(context: Context): Promise<number> {
  const { output } = context;
  const current = await currentStatus(context.labDir);
  output.result({ schema: 'lab.status/1', ...current }, () => statusLines(current, output.paint));
  return exitCode.done;
}
