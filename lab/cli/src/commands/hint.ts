import { UsageError } from '@lab/sdk';
import { chooseScenario } from '../choose-scenario.ts';
import type { CommandInput, Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { readProgress, writeProgress } from '../progress-file.ts';
import { flagOption, integerOption } from '../read-options.ts';

/** `lab hint`: one rung at a time; the rungs that were seen are remembered. */
export async function hint(context: Context, input: CommandInput): Promise<number> {
  const scenario = await chooseScenario(context, input.args[0]);
  const total = scenario.hints.length;
  const progress = await readProgress(context.labDir);
  const seen = Math.min(progress.hints[scenario.id] ?? 0, total);
  const level = integerOption(input, 'level', { min: 1, max: Math.max(1, total) });
  const isList = flagOption(input, 'list');
  if (isList && level !== undefined) {
    throw new UsageError('E_OPTION', { message: '--list and --level do not go together.' });
  }
  const upTo = isList ? seen : (level ?? Math.min(seen + 1, total));
  if (upTo > seen) {
    await writeProgress(context.labDir, { ...progress, hints: { ...progress.hints, [scenario.id]: upTo } });
  }
  const from = isList || level !== undefined ? 0 : Math.max(0, upTo - 1);
  const hints = scenario.hints.slice(from, upTo).map((text, index) => ({ level: from + index + 1, text }));
  const remaining = total - Math.max(seen, upTo);
  const { output } = context;
  output.result({ schema: 'lab.hint/1', scenario: scenario.id, hints, seen: Math.max(seen, upTo), remaining }, () => [
    ...hints.map(({ level: rung, text }) => `${output.paint.bold(`Hint ${rung} of ${total}`)}  ${text}`),
    remainingText({ total, remaining, none: hints.length === 0 }),
  ]);
  return exitCode.done;
}

function remainingText(state: { total: number; remaining: number; none: boolean }): string {
  if (state.total === 0) return 'This scenario has no hints.';
  if (state.none) return `You have seen no hint; ${state.total} are there.`;
  if (state.remaining === 0) return 'That was the last one.';
  return state.remaining === 1 ? 'One more is there.' : `${state.remaining} more are there.`;
}
