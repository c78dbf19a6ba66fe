import { chooseScenario } from '../choose-scenario.ts';
import type { CommandInput, Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { alignColumns } from '../output/columns.ts';
import { flagOption, integerOption, newSeed, seedLimits } from '../read-options.ts';
import { assertNothingRuns } from '../session/claim.ts';
import { startDetached } from '../session/detached.ts';
import { runPractice } from '../session/practice.ts';
import type { SessionInfo } from '../session/reporter.ts';
import { createTerminalReporter } from '../session/terminal-reporter.ts';
import { withRate } from '../session/with-rate.ts';

const rateLimits = { min: 1, max: 5_000 };

/** `lab start`: the practice session, in the foreground or in a process of its own. */
export async function start(context: Context, input: CommandInput): Promise<number> {
  const beganMs = performance.now();
  const scenario = await chooseScenario(context, input.args[0]);
  const seed = integerOption(input, 'seed', seedLimits) ?? newSeed();
  const rate = integerOption(input, 'rate', rateLimits);
  const { output } = context;
  assertNothingRuns(context.labDir);
  output.say(`${output.paintProgress.bold(scenario.id)}  ${scenario.title}  (seed ${seed})`);
  const reporter = createTerminalReporter(context, (info) => printReady(context, info));
  if (flagOption(input, 'detach')) {
    const info = await startDetached(context, { scenario: scenario.id, seed, rate, reporter });
    return info.problem === null ? exitCode.done : exitCode.failed;
  }
  await runPractice(context, { scenario: withRate(scenario, rate), seed, reporter, beganMs });
  output.say('Stopped: nothing is left running.');
  return exitCode.done;
}

function printReady(context: Context, info: SessionInfo): void {
  const { output } = context;
  if (info.problem !== null) output.warn(`Your code does not boot: ${info.problem}`);
  output.result({ schema: 'lab.start/1', running: true, ...info }, () => {
    const [first = info.workspace, ...more] = info.edit;
    const rows = [
      ['Edit', [first, ...more.map((file) => file.slice(info.workspace.length + 1))].join('  ')],
      ['Watch', info.watch],
      ['Console', 'npx lab open --console'],
      ['Lesson', info.lesson],
      ['Then', info.next],
    ];
    return alignColumns(rows.map(([label = '', value = '']) => [output.paint.bold(label), value]));
  });
}
