import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '@lab/sdk';
import type { CommandInput, Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { withoutControls } from '../output/paint.ts';
import { flagOption, integerOption } from '../read-options.ts';
import { currentStatus } from '../session/current-status.ts';
import { suggest } from '../suggest.ts';
import { followFiles, lastLines } from '../tail.ts';

const linesDefault = 40;

/** `lab logs`: the last lines of one part, or of every replica, of the running or the newest run. */
export async function logs(context: Context, input: CommandInput): Promise<number> {
  const { output } = context;
  const { run, files } = await logFiles(context);
  const parts = chosenParts([...files.keys()], input.args[0]);
  const count = integerOption(input, 'lines', { min: 1, max: 100_000 }) ?? linesDefault;
  const chosen = parts.map((part) => ({ part, file: files.get(part) ?? '' }));
  const found = await Promise.all(
    chosen.map(async (log) => ({ part: log.part, lines: await lastLines(log.file, count) })),
  );
  const label = (part: string, line: string): string =>
    parts.length === 1 ? withoutControls(line) : `${output.paint.dim(part)}  ${withoutControls(line)}`;
  output.result({ schema: 'lab.logs/1', run, parts: found }, () =>
    found.flatMap(({ part, lines }) => lines.map((line) => label(part, line))),
  );
  if (parts.length === 0) output.say(`In ${run} no replica has printed anything.`);
  if (!flagOption(input, 'follow') || output.json) return exitCode.done;
  await followFiles(chosen, {
    signal: context.signal,
    onLine: (part, line) => context.io.stdout.write(`${label(part, line)}\n`),
  });
  return exitCode.done;
}

async function logFiles(context: Context): Promise<{ run: string; files: ReadonlyMap<string, string> }> {
  const running = await currentStatus(context.labDir);
  const runsDir = join(context.labDir, 'runs');
  const run = running.run ?? (await newestRun(runsDir));
  if (run === null) throw new UsageError('E_NO_RUN', { message: 'Nothing has run yet.', hint: 'npx lab start' });
  const dir = join(runsDir, run, 'logs');
  const names = (await readdir(dir).catch(() => [])).filter((name) => name.endsWith('.log')).sort();
  return { run, files: new Map(names.map((name) => [name.slice(0, -'.log'.length), join(dir, name)])) };
}

async function newestRun(runsDir: string): Promise<string | null> {
  const runs = (await readdir(runsDir).catch(() => [])).filter((name) => /^\d{8}-\d{6}-/.test(name)).sort();
  for (const run of runs.toReversed()) {
    if ((await stat(join(runsDir, run, 'logs')).catch(() => null))?.isDirectory() === true) return run;
  }
  return null;
}

function chosenParts(parts: readonly string[], given: unknown): readonly string[] {
  if (typeof given !== 'string') return parts.filter((part) => part.startsWith('api-'));
  if (parts.includes(given)) return [given];
  const meant = suggest(given, parts);
  throw new UsageError('E_PART_UNKNOWN', {
    message: `There is no log of "${given}".`,
    hint: meant === null ? `logs are there of ${parts.join(', ') || 'nothing yet'}` : `Did you mean ${meant}?`,
  });
}
