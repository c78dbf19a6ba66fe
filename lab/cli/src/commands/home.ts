import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { statusLines } from '../output/status-lines.ts';
import { currentStatus, type NotRunning } from '../session/current-status.ts';
import type { SessionStatus } from '../session/reporter.ts';

/** `lab` alone: the state, and the one best next command. */
export async function home(context: Context): Promise<number> {
  const { output } = context;
  const current = await currentStatus(context.labDir);
  const next = await bestNext(context, current);
  output.result({ schema: 'lab.home/1', status: current, next }, () => [
    ...statusLines(current, output.paint),
    '',
    `Next: ${output.paint.bold(next.command)}  ${next.why}`,
  ]);
  return exitCode.done;
}

interface Next {
  readonly command: string;
  readonly why: string;
}

async function bestNext(context: Context, current: SessionStatus | NotRunning): Promise<Next> {
  if (!current.running) {
    const begun = await readdir(join(context.labDir, 'workspace')).catch(() => []);
    const [first] = begun.filter((name) => !name.startsWith('.'));
    return first === undefined
      ? { command: 'npx lab start', why: 'begins the first scenario.' }
      : { command: `npx lab start ${first}`, why: 'goes on where you left off.' };
  }
  if (current.problem !== null) return { command: 'npx lab logs', why: 'shows what your code printed.' };
  if (current.lastChange === null)
    return { command: `npx lab explain ${current.scenario}`, why: 'tells what is wrong, and the budgets.' };
  return { command: `npx lab grade ${current.scenario}`, why: 'measures whether your fix holds.' };
}
