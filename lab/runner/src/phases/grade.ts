import { cpus, totalmem } from 'node:os';
import { type Evidence, type Experiment, LabError, type Scenario, type TimelineEvent } from '@lab/sdk';
import { createClock } from '../clock.ts';
import { createLedger } from '../handle/ledger.ts';
import { beginLoad } from '../load/begin-load.ts';
import { type HealthWatch, watchHealth } from '../load/health.ts';
import type { Load } from '../load/load.ts';
import type { Testbed } from '../testbed/testbed.ts';
import { failuresAtRest, isSteadyState, measureAtRest, plannedIn } from './at-rest.ts';
import type { CalmWindow } from './calm-window.ts';
import { compareAtRest, prepare } from './compare-at-rest.ts';
import { createRecorder } from './recorder.ts';
import { type ExperimentRunner, runExperiment } from './run-experiment.ts';

export interface GradeOptions {
  readonly testbed: Testbed;
  readonly scenario: Scenario;
  readonly repoRoot: string;
  readonly codeDir: string;
  /** True for the reference itself: then there is nothing to compare a failed steady state with. */
  readonly isReference: boolean;
  readonly seed: number;
  /** Checks to run the experiments of; default all. */
  readonly checks?: readonly string[];
  readonly signal: AbortSignal;
  onEvent?(event: TimelineEvent): void;
}

export interface GradeRun {
  readonly evidence: Evidence;
  readonly runDir: string;
  /** Milliseconds by phase. */
  readonly phases: Readonly<Record<string, number>>;
  readonly machine: {
    readonly platform: string;
    readonly cores: number;
    readonly memoryGiB: number;
    readonly node: string;
  };
}

/**
 * Runs the phases over this code and collects the evidence. Throws `SubmissionError` when it cannot be booted, and a
 * `LabError` when a part ended by itself: nothing that was measured then is the learner's.
 */
export async function runGrade(options: GradeOptions): Promise<GradeRun> {
  const run = await runPhases(options).catch(async (error: unknown) => {
    options.signal.throwIfAborted();
    throw (await options.testbed.loss(error)) ?? error;
  });
  const loss = await options.testbed.loss();
  if (loss !== null) throw loss;
  return run;
}

async function runPhases(options: GradeOptions): Promise<GradeRun> {
  const { testbed, scenario } = options;
  const clock = createClock(options.signal);
  const recorder = createRecorder(testbed.runDir, clock, options.onEvent);
  await using ledger = createLedger({ clock, signal: options.signal, urlOf: testbed.urlOf });
  const stopListening = testbed.onReplicaExit((exit) => recorder.exits.push({ ...exit, atMs: clock.nowMs() }));
  const runner: ExperimentRunner = {
    testbed,
    scenario,
    ledger,
    clock,
    recorder,
    seed: options.seed,
    signal: options.signal,
  };
  let load: Load | null = null;
  let health: HealthWatch | null = null;
  try {
    await recorder.phase('prepare', () => prepare(testbed, options.codeDir));
    const judged = { ledger, shared: recorder.shared };
    load = await recorder.phase('load', () => beginLoad({ ...options, clock, judged, onEvent: recorder.event }));
    health = watchHealth(testbed, clock);
    const calm = await recorder.phase('baseline', () => baseline(runner, load, options));
    const failures = failuresAtRest(runner, calm, recorder.samples);
    const selected = selectExperiments(scenario, options.checks);
    if (failures.length === 0) {
      await recorder.phase('disturb', async () => {
        await runAll(runner, selected, 'disturb');
        await testbed.bootsDone();
      });
      await recorder.phase('recover', () => runAll(runner, selected, 'recover'));
    }
    const labHealth = await recorder.phase('collect', async () => {
      const failure = load?.failure();
      if (failure !== null && failure !== undefined) throw failure;
      await load?.stop();
      return await (health as HealthWatch).finish(calmFacts(load, calm, scenario));
    });
    health = null;
    const evidence: Evidence = {
      schemaVersion: 1,
      scenario: scenario.id,
      run: testbed.run,
      seed: options.seed,
      history: ledger.history,
      samples: recorder.samples,
      timeline: recorder.timeline,
      experiments: recorder.experiments,
      tables: recorder.tables,
      // A copy: what dies in the comparison below is not the learner's.
      exits: [...recorder.exits],
      labHealth,
      referenceBaseline: failures.length > 0 ? await compareAtRest(runner, options, failures) : null,
      selected: [...selected],
    };
    return { evidence, runDir: testbed.runDir, phases: recorder.phasesMs, machine: machineFacts() };
  } finally {
    stopListening();
    if (health !== null) await health.finish({ load: null, planned: 0, delivered: 0, dropped: 0 });
    await load?.stop();
    await testbed.stopReplicas();
  }
}

async function baseline(runner: ExperimentRunner, load: Load | null, options: GradeOptions): Promise<CalmWindow> {
  if (load === null) throw new LabError('E_NO_LOAD', { message: 'There is no load to measure.' });
  const window = await measureAtRest(runner, load);
  await runAll(runner, selectExperiments(options.scenario, options.checks), 'baseline');
  return window;
}

async function runAll(
  runner: ExperimentRunner,
  selected: ReadonlySet<string>,
  phase: 'baseline' | 'disturb' | 'recover',
): Promise<void> {
  const due = runner.scenario.experiments.filter(
    (experiment) => experiment.phase === phase && selected.has(experiment.id),
  );
  for (const group of groupNeighbours(due)) {
    const results = await Promise.allSettled(group.map((experiment) => runExperiment(runner, experiment)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
}

/** Neighbours that may run beside others form one group; every other experiment is a group of its own. */
export function groupNeighbours(experiments: readonly Experiment[]): readonly (readonly Experiment[])[] {
  const groups: Experiment[][] = [];
  for (const experiment of experiments) {
    const last = groups.at(-1);
    const joins = experiment.besideOthers === true && last?.every((other) => other.besideOthers === true);
    if (last !== undefined && joins === true) last.push(experiment);
    else groups.push([experiment]);
  }
  return groups;
}

/** The experiments that the asked-for checks need; every check needs the steady state. */
export function selectExperiments(scenario: Scenario, checkIds: readonly string[] | undefined): ReadonlySet<string> {
  const checks = scenario.checks.filter(
    (check) => checkIds === undefined || checkIds.includes(check.id) || isSteadyState(check),
  );
  return new Set(checks.flatMap((check) => check.experiments));
}

function calmFacts(load: Load | null, calm: CalmWindow, scenario: Scenario): Parameters<HealthWatch['finish']>[0] {
  const inside = (atMs: number): boolean => atMs >= calm.fromMs && atMs < calm.toMs;
  const delivered = (load?.points ?? []).filter((point) => point.name !== 'echo' && inside(point.atMs)).length;
  const dropped = (load?.droppedAtMs ?? []).filter(inside).length;
  return { load, planned: plannedIn(scenario, calm), delivered, dropped };
}

function machineFacts(): GradeRun['machine'] {
  return {
    platform: `${process.platform}-${process.arch}`,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
  };
}
