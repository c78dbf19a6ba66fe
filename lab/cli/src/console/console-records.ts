import type { RecordHandlers } from '@lab/console';
import { chooseScenario } from '../choose-scenario.ts';
import type { Context } from '../context.ts';
import { examine } from '../doctor/examine.ts';
import { filesDocument, openOrdered } from '../editor/editor-orders.ts';
import { runDocument } from './run-document.ts';
import { runList } from './run-list.ts';

/** What the pages of the console may read, and open: all through the code that the commands use. */
export function consoleRecords(context: Context): RecordHandlers {
  let examining: Promise<unknown> | null = null;
  return {
    runs: () => runList(context),
    run: (run, grade) => runDocument(context, run, grade),
    files: (id) => filesDocument(context, id),
    open: (order) => openOrdered(context, order),
    diff: async (id) => {
      const scenario = await chooseScenario(context, id);
      const { workspaceDiff } = await context.services.workspace();
      const diff = await workspaceDiff({ repoRoot: context.repoRoot, scenario, stat: false, color: false });
      return { schema: 'lab.diff/1', scenario: scenario.id, stat: false, diff };
    },
    // Programs are asked for their versions: one look at a time, however many pages ask.
    doctor: async () => {
      examining ??= doctorDocument(context).finally(() => {
        examining = null;
      });
      return await examining;
    },
  };
}

async function doctorDocument(context: Context): Promise<unknown> {
  const checks = await examine(context);
  return { schema: 'lab.doctor/1', ok: checks.every(({ state }) => state !== 'problem'), checks };
}
