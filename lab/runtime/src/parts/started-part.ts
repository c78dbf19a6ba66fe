import path from 'node:path';
import process from 'node:process';
import { LabError } from '@lab/sdk';
import type { RuntimeContext } from '../context.ts';
import type { PauseControl } from '../supervision/pause-control.ts';
import type { ExitInfo, Supervised } from '../supervision/spawn-part.ts';
import type { ToolName } from '../tools/tool-types.ts';

/** A part that runs. Disposing it stops it and waits until nothing of it is left; twice is harmless. */
export interface StartedPart extends PauseControl, AsyncDisposable {
  readonly part: string;
  readonly pid: number;
  readonly exited: Promise<ExitInfo>;
  /** The last lines that it printed. */
  tail(): readonly string[];
  stop(): Promise<ExitInfo>;
  /** SIGKILL at once. */
  kill(): Promise<ExitInfo>;
}

/** Log of a part inside the run folder. */
export function logFileOf(ctx: RuntimeContext, part: string): string {
  return path.join(ctx.runDir, 'logs', `${part}.log`);
}

/** A folder of the run that goes away with it. */
export function temporaryFolderOf(ctx: RuntimeContext, part: string): string {
  const folder = path.join(ctx.runDir, 'parts', part);
  ctx.journal.write({ event: 'temporary', path: folder });
  return folder;
}

/** Environment of a part before its own settings: nothing of the user's, and no home but the run's. */
export function baseEnvironment(home: string): Record<string, string> {
  const folders = [path.dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'];
  return { PATH: folders.join(path.delimiter), HOME: home, TMPDIR: home, TZ: 'UTC', LC_ALL: 'C' };
}

/** Path of a tool; E_TOOL_NOT_RESOLVED when the run was opened without it. */
export function toolPath(ctx: RuntimeContext, tool: ToolName): string {
  const found = ctx.tools[tool];
  if (found) return found;
  throw new LabError('E_TOOL_NOT_RESOLVED', { message: `${tool} was not looked up for this run.` });
}

/** The part ended, or never became ready, while it was being started. */
export function startFailure(part: string, reason: string, child: Pick<Supervised, 'tail'>): LabError {
  const lines = child.tail().slice(-20);
  const printed = lines.length === 0 ? 'It printed nothing.' : `Its last lines:\n  ${lines.join('\n  ')}`;
  return new LabError('E_PART_START', { message: `${part} ${reason}. ${printed}`, hint: 'npx lab doctor' });
}

/** `exited with code 1`, `was ended by SIGKILL`. */
export function describeExit(exit: ExitInfo): string {
  return exit.signal ? `was ended by ${exit.signal}` : `exited with code ${exit.exitCode}`;
}
