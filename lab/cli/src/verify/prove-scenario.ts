import { join } from 'node:path';
import type { ExpectationResult, MachineLoad, Proof } from '@lab/judge';
import type { Report, Scenario } from '@lab/sdk';
import type { VariantName } from '@lab/workspace';
import type { Context } from '../context.ts';
import { gradeSubject } from '../grade/grade-subject.ts';
import { openLog } from '../log-file.ts';
import type { ReadyTools } from '../prepare-tools.ts';
import { newSeed } from '../read-options.ts';
import { inputsHash } from './inputs-hash.ts';
import { type Candidate, chooseVariants, type PlannedVariant, planRuns } from './plan.ts';
import { createTestbedSlot, type TestbedSlot } from './testbed-slot.ts';

export interface ProveOptions {
  readonly scenario: Scenario;
  readonly tools: ReadyTools;
  readonly runs: number;
  readonly names: readonly string[] | undefined;
  readonly full: boolean;
  readonly fresh: boolean;
  readonly changedOnly: boolean;
  /** What the machine does beside the runs. */
  readonly machine: MachineLoad;
  /** False leaves `proof.json` as it is: a look, not a record. */
  readonly store: boolean;
  /** By `performance.now()`: no run is begun after it. */
  readonly deadlineMs: number;
  onRun(run: ProvenRunFacts): void;
  /** A run begins. */
  onBegin(variant: string): void;
}

export interface ProvenRunFacts {
  readonly variant: string;
  readonly report: Report;
  readonly result: ExpectationResult;
  readonly gradeMs: number;
}

export interface ScenarioProof {
  readonly proof: Proof;
  readonly candidates: readonly Candidate[];
  /** False when the budget ended before all runs were made. */
  readonly complete: boolean;
}

const repeatsMax = 2;

/** Runs what is missing of a scenario's proof. Each run is stored at once, so an interrupted proof goes on later. */
export async function proveScenario(context: Context, options: ProveOptions): Promise<ScenarioProof> {
  const { scenario } = options;
  const judging = await context.services.judge();
  const file = join(context.repoRoot, 'scenarios', scenario.id, 'proof.json');
  const candidates = await Promise.all(
    chooseVariants(scenario, options).map(async (variant) => ({
      ...variant,
      inputsHash: await inputsHash(context.repoRoot, scenario.id, variant.name),
    })),
  );
  // What is not to be stored is kept here alone; what is, may have been changed by another verify since.
  const change = async (by: (proof: Proof) => Proof): Promise<Proof> =>
    options.store ? await judging.updateProof(file, by) : by(proof);
  let proof = await judging.readProof(file);
  const planned = planRuns(candidates, { ...options, proof, random: Math.random });
  if (options.fresh) proof = await change((before) => withoutEntries(before, candidates));
  await using slot = createTestbedSlot(() => startTestbed(context, options));
  // Every variant once, then every variant again: a short budget proves a little of all.
  for (const variant of inRounds(planned)) {
    let isRepeat = false;
    for (let attempt = 0; attempt <= repeatsMax; attempt += 1) {
      context.signal.throwIfAborted();
      if (performance.now() > options.deadlineMs) return { proof, candidates, complete: false };
      const run = await runOnce(context, { ...options, variant, slot });
      const proven = { ...run, inputsHash: variant.inputsHash, isRepeat, machine: options.machine };
      proof = await change((before) => judging.recordRun(before, proven));
      options.onRun(run);
      if (run.result.outcome !== 'inconclusive') break;
      isRepeat = true;
      await slot.drop();
    }
  }
  return { proof, candidates, complete: true };
}

async function runOnce(
  context: Context,
  options: ProveOptions & { readonly variant: PlannedVariant; readonly slot: TestbedSlot },
): Promise<ProvenRunFacts> {
  const { variant, scenario, tools } = options;
  const { isAsExpected } = await context.services.judge();
  options.onBegin(variant.name);
  const testbed = await options.slot.use();
  const startedMs = performance.now();
  const seed = newSeed();
  const report = await gradeSubject(context, {
    testbed,
    scenario,
    subject: { name: variant.name, variant: variant.name as VariantName },
    seed,
    versions: tools.versions,
    signal: context.signal,
    // A testbed serves many runs: each keeps its evidence in a folder of its own.
    evidenceDir: join(testbed.runDir, 'graded', `${variant.name.replaceAll('/', '-')}-${seed}`),
    ...(variant.checks === undefined ? {} : { checks: variant.checks }),
  });
  const gradeMs = performance.now() - startedMs;
  return { variant: variant.name, report, result: isAsExpected(report, variant.declaration), gradeMs };
}

async function startTestbed(context: Context, options: ProveOptions) {
  const runner = await context.services.runner();
  return await runner.startTestbed({
    repoRoot: context.repoRoot,
    scenario: options.scenario,
    cacheDir: options.tools.cacheDir,
    tools: options.tools.paths,
    signal: context.signal,
    log: openLog(context.labDir),
    clock: runner.createClock(context.signal),
  });
}

function withoutEntries(proof: Proof, candidates: readonly Candidate[]): Proof {
  const dropped = new Set(candidates.map(({ name }) => name));
  return {
    ...proof,
    entries: Object.fromEntries(Object.entries(proof.entries).filter(([name]) => !dropped.has(name))),
  };
}

function* inRounds(planned: readonly PlannedVariant[]): Generator<PlannedVariant> {
  const most = Math.max(0, ...planned.map(({ missing }) => missing));
  for (let round = 0; round < most; round += 1) {
    for (const variant of planned) if (variant.missing > round) yield variant;
  }
}
