import type { Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { alignColumns } from '../output/columns.ts';
import { listScenarios } from '../scenario-catalogue.ts';

/** `lab list`. */
export async function list(context: Context): Promise<number> {
  const { output } = context;
  const scenarios = await listScenarios(context);
  output.result({ schema: 'lab.list/1', scenarios }, () =>
    alignColumns(
      scenarios.map((entry) => [
        output.paint.bold(entry.id),
        entry.title,
        entry.level,
        `${entry.minutes} min`,
        `${entry.checks.length} checks`,
      ]),
    ),
  );
  return exitCode.done;
}
