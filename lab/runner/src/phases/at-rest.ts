import {
  type Check,
  type Evidence,
  type Finding,
  loadStalled,
  overDatabaseBudget,
  type Sample,
  type Scenario,
} from '@lab/sdk';
import type { Load } from '../load/load.ts';
import { type CalmWindow, measureCalmWindow } from './calm-window.ts';
import type { ExperimentRunner } from './run-experiment.ts';

/** The load's forty books are in the cache well before this. */
const settleMs = 500;
const windowMs = 1_500;
const windowsMax = 3;

/** Of speed a machine may be guilty, and of a cache that answers too late to be of use; of errors and deaths it is not. */
const machineCodes: ReadonlySet<string> = new Set([loadStalled, overDatabaseBudget]);

/**
 * Measures the load while nothing is disturbed. A machine that has other work for a moment makes any service slow, and
 * has it ask the database in place of its cache: what was so and nothing else is measured again, and code that is too
 * slow for the load, or asks for too much, is so each time.
 */
export async function measureAtRest(runner: ExperimentRunner, load: Load): Promise<CalmWindow> {
  const { testbed, clock, signal, recorder } = runner;
  await clock.sleep(settleMs);
  for (let attempt = 1; ; attempt += 1) {
    const window = await measureCalmWindow({ testbed, load, clock, signal, name: 'calm', durationMs: windowMs });
    const samples = [...recorder.samples, ...window.samples];
    const failures = [...failuresAtRest(runner, window, samples), ...failuresOfFigures(runner, window, samples)];
    if (attempt < windowsMax && mayBeTheMachine(failures)) continue;
    recorder.samples.push(...window.samples);
    return window;
  }
}

/** Asks the scenario's own steady-state check, on what has been recorded so far. */
export function failuresAtRest(
  runner: ExperimentRunner,
  calm: Pick<CalmWindow, 'fromMs' | 'toMs'>,
  samples: readonly Sample[],
): readonly Finding[] {
  const findings = runner.scenario.checks.find(isSteadyState)?.judge(evidenceAtRest(runner, calm, samples)) ?? [];
  return findings.filter(({ severity }) => severity === 'failure');
}

/** Asks those checks that judge nothing but these figures. */
function failuresOfFigures(
  runner: ExperimentRunner,
  calm: Pick<CalmWindow, 'fromMs' | 'toMs'>,
  samples: readonly Sample[],
): readonly Finding[] {
  const checks = runner.scenario.checks.filter((check) => check.experiments.length === 0 && !isSteadyState(check));
  const evidence = evidenceAtRest(runner, calm, samples);
  return checks.flatMap((check) => check.judge(evidence)).filter(({ code }) => code === overDatabaseBudget);
}

export function mayBeTheMachine(failures: readonly Finding[]): boolean {
  return failures.length > 0 && failures.every(({ code }) => machineCodes.has(code));
}

export function isSteadyState(check: Check): boolean {
  return check.id.endsWith('/steady-state');
}

export function plannedIn({ workload }: Scenario, { fromMs, toMs }: Pick<CalmWindow, 'fromMs' | 'toMs'>): number {
  return Math.round((workload.ratePerSecond * (toMs - fromMs)) / 1_000);
}

function evidenceAtRest(
  { scenario, testbed, recorder, ledger, seed }: ExperimentRunner,
  calm: Pick<CalmWindow, 'fromMs' | 'toMs'>,
  samples: readonly Sample[],
): Evidence {
  return {
    schemaVersion: 1,
    scenario: scenario.id,
    run: testbed.run,
    seed,
    history: ledger.history,
    samples,
    timeline: recorder.timeline,
    experiments: recorder.experiments,
    tables: [],
    exits: recorder.exits,
    labHealth: {
      echo: { requests: 0, failed: 0, p95Ms: 0, maxMs: 0 },
      load: { planned: plannedIn(scenario, calm), delivered: 0, dropped: 0 },
      canaries: [],
      runnerStallMsMax: 0,
      problem: null,
    },
    referenceBaseline: null,
    selected: [],
  };
}
