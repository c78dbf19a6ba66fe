import type { Scenario } from '@lab/sdk';
import { unknownScenario } from '../choose-scenario.ts';
import type { CommandInput, Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { pausePractice } from '../grade/pause-practice.ts';
import { openLog } from '../log-file.ts';
import { duration, plural, seconds } from '../output/figures.ts';
import { prepareTools, toolsOf } from '../prepare-tools.ts';
import { durationOption, flagOption, integerOption } from '../read-options.ts';
import { keepBusy } from '../verify/busy.ts';
import { proveScenario, type ScenarioProof } from '../verify/prove-scenario.ts';
import { runLine } from '../verify/run-line.ts';
import { type Counts, countRuns, type RunTimes, type ScenarioSummary, summarise } from '../verify/summarise.ts';

const runsMax = 10_000;
const busyCores = 2;

interface Proven {
  readonly scenario: Scenario;
  readonly proven: ScenarioProof;
  readonly summary: ScenarioSummary;
}

/** `lab verify`: every variant must get its verdict. Exit 1 when one did not, 2 when some stayed undecided. */
export async function verify(context: Context, input: CommandInput): Promise<number> {
  const startedMs = performance.now();
  const scenarios = await chooseScenarios(context, input.args[0]);
  const { sweepLeftovers } = await context.services.runtime();
  await sweepLeftovers({ repoRoot: context.repoRoot, log: openLog(context.labDir) });
  await using stack = new AsyncDisposableStack();
  stack.use(await pausePractice(context));
  if (flagOption(input, 'busy')) stack.use(keepBusy(busyCores));
  const endMs = startedMs + (durationOption(input, 'budget') ?? Number.POSITIVE_INFINITY);
  const all: Proven[] = [];
  for (const [index, scenario] of scenarios.entries()) {
    // What is left of the budget is for those that are left, in equal shares.
    const nowMs = performance.now();
    const deadlineMs = nowMs + (endMs - nowMs) / (scenarios.length - index);
    all.push(await proveOne(context, input, { scenario, deadlineMs }));
  }
  return await report(context, all, performance.now() - startedMs);
}

async function proveOne(
  context: Context,
  input: CommandInput,
  options: { scenario: Scenario; deadlineMs: number },
): Promise<Proven> {
  const { output } = context;
  const { scenario } = options;
  output.say(output.paintProgress.bold(scenario.id));
  const tools = await prepareTools(context, toolsOf(scenario), {
    onNote: (text) => rewrite(context, text),
    onRemark: (text) => output.warn(text),
  });
  const proven = await proveScenario(context, {
    ...options,
    tools,
    runs: integerOption(input, 'runs', { min: 1, max: runsMax }) ?? 1,
    names: namesOption(input),
    full: flagOption(input, 'full'),
    fresh: flagOption(input, 'fresh'),
    changedOnly: flagOption(input, 'changed'),
    machine: flagOption(input, 'busy') ? 'busy' : 'idle',
    store: input.options['store'] !== false,
    onBegin: (variant) => rewrite(context, `· ${variant}`),
    onRun: (run) => {
      rewrite(context, '');
      output.say(runLine(run, output.paintProgress));
    },
  });
  const { uselessChecks, summariseTimes } = await context.services.judge();
  const summary = summarise(scenario, proven, { uselessChecks: uselessChecks(scenario), summariseTimes });
  return { scenario, proven, summary };
}

async function report(context: Context, all: readonly Proven[], tookMs: number): Promise<number> {
  const { output } = context;
  const summaries = all.map(({ summary }) => summary);
  const counts = countRuns(summaries);
  const complete = summaries.every((summary) => summary.complete);
  const { proofMatrix, renderMatrix } = await context.services.judge();
  const document = { schema: 'lab.verify/1', counts, complete, tookMs: Math.round(tookMs), scenarios: summaries };
  output.result(document, () => [
    ...all.flatMap(({ scenario, proven }) => [renderMatrix(proofMatrix(scenario, proven.proof), 'text'), '']),
    ...summaries.flatMap(wrongLines),
    ...summaries.flatMap(timesLines),
    ...(complete ? [] : ['The budget ended before every run was made; the next lab verify goes on from here.']),
    `${plural(counts.passed, 'run')} right, ${counts.failed} wrong, ${counts.inconclusive} undecided, in ${duration(tookMs)}.`,
  ]);
  return exitFor(counts);
}

function timesLines({ scenario, idle, busy }: ScenarioSummary): string[] {
  const line = (machine: string, { runs, p50Ms, p95Ms, maxMs }: RunTimes): string[] =>
    runs === 0
      ? []
      : [
          `${scenario}, ${plural(runs, 'grade')} on ${machine} machine: p50 ${seconds(p50Ms)}, p95 ${seconds(p95Ms)}, max ${seconds(maxMs)}.`,
        ];
  return [...line('an idle', idle), ...line('a busy', busy)];
}

function wrongLines(summary: ScenarioSummary): string[] {
  return [
    ...summary.uselessChecks.map((check) => `✗ ${check} claims no variant: delete it, or give it a mutant.`),
    ...summary.variants.flatMap(({ variant, wrong }) =>
      wrong.map(({ seed, run, why }) => `✗ ${variant}: ${why} (seed ${seed}, run ${run})`),
    ),
  ];
}

function exitFor(counts: Counts): number {
  if (counts.failed > 0) return exitCode.failed;
  return counts.inconclusive > 0 ? exitCode.inconclusive : exitCode.done;
}

async function chooseScenarios(context: Context, given: unknown): Promise<Scenario[]> {
  const { listScenarioIds, loadScenario } = await context.services.scenarios();
  const known = listScenarioIds();
  const ids = Array.isArray(given) && given.length > 0 ? given.map(String) : known;
  for (const id of ids) if (!known.includes(id)) throw unknownScenario(id, known);
  return await Promise.all(ids.map(loadScenario));
}

function namesOption(input: CommandInput): readonly string[] | undefined {
  const given = input.options['variant'];
  return Array.isArray(given) ? given.map(String) : undefined;
}

function rewrite({ output }: Context, text: string): void {
  if (output.rewrites) output.raw(`\r\u001b[2K${text}`);
}
