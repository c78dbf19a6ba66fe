import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Check, type Evidence, type Experiment, LabError, type Scenario, type TimelineEvent } from '@lab/sdk';
import { materialise } from '@lab/workspace';
import { createClock } from '../clock.ts';
import { createLedger } from '../handle/ledger.ts';
import { beginLoad } from '../load/begin-load.ts';
import { type HealthWatch, watchHealth } from '../load/health.ts';
import type { Load } from '../load/load.ts';
import type { Testbed } from '../testbed/testbed.ts';
import { type CalmWindow, measureCalmWindow } from './calm-window.ts';
import { createRecorder, type Recorder } from './recorder.ts';
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

/** The load's forty books are in the cache well before this. */
const settleMs = 500;
const baselineMs = 1_500;

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
    await recorder.phase('prepare', () => prepare(options));
    const judged = { ledger, shared: recorder.shared };
    load = await recorder.phase('load', () => beginLoad({ ...options, clock, judged, onEvent: recorder.event }));
    health = watchHealth(testbed, clock);
    const calm = await recorder.phase('baseline', () => baseline(runner, load, options));
    const steady = await steadyStateHolds(runner, options, calm);
    const selected = selectExperiments(scenario, options.checks);
    if (steady !== 'failed') {
      await recorder.phase('disturb', () => runAll(runner, selected, 'disturb'));
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
      referenceBaseline: steady === 'failed' ? await referenceBaseline(runner, options) : null,
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

async function prepare(options: GradeOptions): Promise<void> {
  await options.testbed.stopReplicas();
  await options.testbed.resetData(options.codeDir);
  await options.testbed.bootReplicas(options.codeDir);
}

async function baseline(runner: ExperimentRunner, load: Load | null, options: GradeOptions): Promise<CalmWindow> {
  if (load === null) throw new LabError('E_NO_LOAD', { message: 'There is no load to measure.' });
  await runner.clock.sleep(settleMs);
  const { testbed, clock, signal } = runner;
  const window = await measureCalmWindow({ testbed, load, clock, signal, name: 'calm', durationMs: baselineMs });
  runner.recorder.samples.push(...window.samples);
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

function isSteadyState(check: Check): boolean {
  return check.id.endsWith('/steady-state');
}

/** Asks the scenario's own steady-state check, on what has been recorded so far. */
async function steadyStateHolds(
  runner: ExperimentRunner,
  options: GradeOptions,
  calm: CalmWindow,
): Promise<'held' | 'failed'> {
  const check = options.scenario.checks.find(isSteadyState);
  if (check === undefined) return 'held';
  const findings = check.judge(partialEvidence(runner, options, calm));
  return findings.some((finding) => finding.severity === 'failure') ? 'failed' : 'held';
}

function partialEvidence(runner: ExperimentRunner, options: GradeOptions, calm: CalmWindow): Evidence {
  const { recorder } = runner;
  return {
    schemaVersion: 1,
    scenario: options.scenario.id,
    run: options.testbed.run,
    seed: options.seed,
    history: runner.ledger.history,
    samples: recorder.samples,
    timeline: recorder.timeline,
    experiments: recorder.experiments,
    tables: [],
    exits: recorder.exits,
    labHealth: {
      echo: { requests: 0, failed: 0, p95Ms: 0, maxMs: 0 },
      load: { planned: plannedIn(calm, options.scenario), delivered: 0, dropped: 0 },
      canaries: [],
      runnerStallMsMax: 0,
      problem: null,
    },
    referenceBaseline: null,
    selected: [...selectExperiments(options.scenario, options.checks)],
  };
}

function plannedIn(calm: CalmWindow, scenario: Scenario): number {
  return Math.round((scenario.workload.ratePerSecond * (calm.toMs - calm.fromMs)) / 1_000);
}

function calmFacts(load: Load | null, calm: CalmWindow, scenario: Scenario): Parameters<HealthWatch['finish']>[0] {
  const inside = (atMs: number): boolean => atMs >= calm.fromMs && atMs < calm.toMs;
  const delivered = (load?.points ?? []).filter((point) => point.name !== 'echo' && inside(point.atMs)).length;
  const dropped = (load?.droppedAtMs ?? []).filter(inside).length;
  return { load, planned: plannedIn(calm, scenario), delivered, dropped };
}

/**
 * One question to a part takes this long only where the machine has no time: in 30 grades on an idle one the slowest
 * took 91 ms; in 76 at a load of 14 to 20 on two cores, the median of the slowest was 250 to 1,200 ms.
 */
const canarySlowMs = 200;

/**
 * The steady state did not hold. Does the reference's hold, here and now? If so the code is at
 * fault, if not this machine is.
 */
async function referenceBaseline(runner: ExperimentRunner, options: GradeOptions): Promise<'held' | 'busy' | 'failed'> {
  if (options.isReference) return 'failed';
  const { testbed } = options;
  const target = join(testbed.runDir, 'reference');
  const { codeDir } = await materialise({ repoRoot: options.repoRoot, target, variant: 'reference' });
  const recorder: Recorder = { ...createRecorder(testbed.runDir, runner.clock), usedKeys: [] };
  const onReference: GradeOptions = { ...options, codeDir, isReference: true, checks: [] };
  const { clock } = runner;
  // A ledger of its own: what the reference answered is no evidence about the code.
  await using ledger = createLedger({ clock, signal: options.signal, urlOf: testbed.urlOf });
  const reference: ExperimentRunner = { ...runner, ledger, recorder };
  await prepare(onReference);
  const judged = { ledger, shared: recorder.shared };
  const load = await beginLoad({ ...onReference, clock, judged, onEvent: recorder.event });
  const health = watchHealth(testbed, clock);
  const finish = () => health.finish({ load, planned: 0, delivered: 0, dropped: 0 });
  try {
    const calm = await baseline(reference, load, onReference);
    const steady = await steadyStateHolds(reference, onReference, calm);
    const { canaries } = await finish();
    const isSlow = canaries.some(({ maxMs }) => maxMs > canarySlowMs);
    return steady === 'held' && isSlow ? 'busy' : steady;
  } finally {
    await finish();
    await load.stop();
  }
}

function machineFacts(): GradeRun['machine'] {
  return {
    platform: `${process.platform}-${process.arch}`,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
  };
}
