import type { ApiName, Clock, Experiment, ExperimentOutcome, Scenario } from '@lab/sdk';
import { openExperimentHandle } from '../handle/experiment-handle.ts';
import type { Ledger } from '../handle/ledger.ts';
import { createRandom, deriveSeed } from '../random.ts';
import { apiNames, type Testbed, workerNames } from '../testbed/testbed.ts';
import type { Recorder } from './recorder.ts';

export interface ExperimentRunner {
  readonly testbed: Testbed;
  readonly scenario: Scenario;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/**
 * What an experiment held is to arrive when it lets go. Where it was lost instead, its order of events never came to
 * be: code that is wrong would look right. What is let go after the outcome is of no account any more.
 */
const withLostLink: ExperimentOutcome = {
  reached: false,
  note: 'what was held on a link was lost: Toxiproxy could not let it go, and the link was made anew',
};

const attemptsDefault = 3;
const timeoutDefaultMs = 15_000;
/** No new attempt is begun later than this: a service that takes seconds for each would keep the learner waiting. */
const attemptsWithinMs = 12_000;

/** Repeats an experiment until its barrier was reached, as often as it allows. */
export async function runExperiment(
  runner: ExperimentRunner,
  experiment: Experiment,
  open: typeof openExperimentHandle = openExperimentHandle,
): Promise<void> {
  const attemptsMax = experiment.attemptsMax ?? attemptsDefault;
  const deadlineMs = runner.clock.nowMs() + attemptsWithinMs;
  for (let attempt = 1; attempt <= attemptsMax && runner.clock.nowMs() < deadlineMs; attempt += 1) {
    const reached = await runAttempt(runner, { experiment, attempt, open });
    if (reached) return;
  }
}

interface Attempt {
  readonly experiment: Experiment;
  /** From 1. */
  readonly attempt: number;
  readonly open: typeof openExperimentHandle;
}

async function runAttempt(runner: ExperimentRunner, one: Attempt): Promise<boolean> {
  const { clock, recorder } = runner;
  const { experiment, attempt } = one;
  const startMs = clock.nowMs();
  recorder.event({
    event: 'hold',
    name: experiment.id,
    state: 'begin',
    detail: { attempt, disturbsLoad: experiment.disturbsLoad === true },
  });
  const outcome = await attemptOnce(runner, one);
  recorder.event({ event: 'hold', name: experiment.id, state: 'end', detail: { attempt, reached: outcome.reached } });
  recorder.tables.push(...(outcome.tables ?? []));
  recorder.experiments.push({
    experiment: experiment.id,
    attempt,
    reached: outcome.reached,
    ...(outcome.note === undefined ? {} : { note: outcome.note }),
    startMs,
    endMs: clock.nowMs(),
    keys: recorder.usedKeys.filter((used) => used.experiment === experiment.id).map((used) => used.key),
    facts: outcome.facts ?? {},
  });
  return outcome.reached;
}

async function attemptOnce(
  runner: ExperimentRunner,
  { experiment, attempt, open }: Attempt,
): Promise<ExperimentOutcome> {
  const timeoutMs = experiment.timeoutMs ?? timeoutDefaultMs;
  const limit = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([runner.signal, limit]);
  const random = createRandom(deriveSeed(runner.seed, `${experiment.id}#${attempt}`));
  let isLinkLost = false;
  const replicas = await restedFirst(runner, experiment, random.shuffle(apiNames(runner.scenario)));
  await using handle = await open({
    testbed: runner.testbed,
    experiment: experiment.id,
    attempt,
    ledger: runner.ledger,
    clock: runner.clock,
    seed: runner.seed,
    random,
    signal,
    replicas,
    workers: random.shuffle(workerNames(runner.scenario)),
    usedKeys: runner.recorder.usedKeys,
    shared: runner.recorder.shared,
    onEvent: runner.recorder.event,
    onReleased: (released, how) => {
      if (how === 'renewed') isLinkLost = true;
      for (const name of released) runner.recorder.disturbedMs.set(name, runner.clock.nowMs());
    },
  });
  try {
    const outcome = await experiment.run(handle);
    return isLinkLost ? withLostLink : outcome;
  } catch (error) {
    // Out of time is an attempt that proves nothing; anything else is a fault of the lab's.
    if (limit.aborted && !runner.signal.aborted) return { reached: false, note: `no result within ${timeoutMs} ms` };
    throw error;
  }
}

/** Cache clients commonly avoid a store that failed for half a second; ShelfWise's does. */
const restMs = 700;

/**
 * Replicas in the order of their last disturbance, oldest first. Where the experiment needs it, once the first has had its rest: a
 * client that still avoids a dependency would make an experiment on that dependency an empty one.
 */
async function restedFirst(
  runner: ExperimentRunner,
  experiment: Experiment,
  names: readonly ApiName[],
): Promise<readonly ApiName[]> {
  const lastMs = (name: ApiName): number => runner.recorder.disturbedMs.get(name) ?? Number.NEGATIVE_INFINITY;
  const ordered = names.toSorted((a, b) => compare(lastMs(a), lastMs(b)));
  const first = ordered[0];
  const waitMs =
    first === undefined || experiment.needsRest !== true ? 0 : lastMs(first) + restMs - runner.clock.nowMs();
  if (waitMs > 0) await runner.clock.sleep(waitMs);
  return ordered;
}

/** Difference of two infinities is no number. */
function compare(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
