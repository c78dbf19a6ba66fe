import { type Report, UsageError } from '@lab/sdk';
import type { CommandInput, Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { findRun, listRuns } from '../find-run.ts';
import { alignColumns } from '../output/columns.ts';
import { suggest } from '../suggest.ts';
import { exportCommand, exportRun } from './run-export.ts';
import { showRun } from './run-show.ts';

const actions = ['list', 'show', 'export'];

/** `lab run list|show|export`. */
export async function run(context: Context, input: CommandInput): Promise<number> {
  const [action, given] = input.args;
  if (action === 'export') return await exportRun(context, given, input);
  if (input.options['report'] !== undefined) {
    throw new UsageError('E_OPTION', {
      message: 'Only lab run export takes --report.',
      hint: exportCommand('<run>'),
    });
  }
  if (action === 'list') return await listAll(context);
  if (action === 'show') return await showRun(context, given);
  const meant = suggest(String(action), actions);
  throw new UsageError('E_ACTION', {
    message: `lab run has no action "${String(action)}".`,
    hint: meant === null ? `it has ${actions.join(', ')}` : `Did you mean npx lab run ${meant}?`,
  });
}

async function listAll(context: Context): Promise<number> {
  const { output, labDir } = context;
  const runs = await Promise.all(
    (await listRuns(labDir)).map(async (id) => {
      const report = await reportOf(context, id);
      return {
        run: id,
        scenario: report?.scenario ?? null,
        subject: report?.subject ?? null,
        verdict: report?.verdict ?? null,
        score: report?.score ?? null,
      };
    }),
  );
  output.result({ schema: 'lab.run-list/1', runs }, () =>
    runs.length === 0
      ? ['Nothing has run yet.']
      : alignColumns(
          runs.map((row) => [
            row.run,
            row.scenario ?? '–',
            row.subject ?? '–',
            row.verdict ?? 'no report',
            `${row.score ?? ''}`,
          ]),
        ),
  );
  return exitCode.done;
}

async function reportOf(context: Context, id: string): Promise<Report | null> {
  const { loadReport } = await context.services.judge();
  const runDir = await findRun(context.labDir, id);
  // Practice has no report; a damaged one is listed as having none.
  return await loadReport(runDir).catch(() => null);
}
