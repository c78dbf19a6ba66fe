import { join } from 'node:path';
import { type Clock, type Scenario, SubmissionError, type TimelineEvent } from '@lab/sdk';
import { openExperimentHandle } from '../handle/experiment-handle.ts';
import { createLedger } from '../handle/ledger.ts';
import { createRandom, deriveSeed } from '../random.ts';
import { apiNames, type Testbed, workerNames } from '../testbed/testbed.ts';
import { type Load, type LoadTick, startLoad } from './load.ts';

export interface BeginLoadOptions {
  readonly testbed: Testbed;
  readonly scenario: Scenario;
  readonly repoRoot: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly seed: number;
  onEvent?(event: Omit<TimelineEvent, 'atMs'>): void;
  onTick?(tick: LoadTick): void;
}

const firstAnswerMs = 10_000;

/** Logs the load's clients in, starts k6 and waits for the first request answered with a success. */
export async function beginLoad(options: BeginLoadOptions): Promise<Load> {
  const { testbed, scenario, clock, signal, seed } = options;
  const load = await startLoad({
    testbed,
    scenario,
    scenarioDir: join(options.repoRoot, 'scenarios', scenario.id),
    clock,
    signal,
    seed,
    environment: await prepareWorkload(options),
    ...(options.onTick === undefined ? {} : { onTick: options.onTick }),
  });
  const answered = await load.firstAnswer(firstAnswerMs).catch(async (error: unknown) => {
    await load.stop();
    throw error;
  });
  if (answered) return load;
  await load.stop();
  throw new SubmissionError('E_NO_ANSWER', {
    stage: 'boot',
    message: `The service started, but answered no request of its first ${firstAnswerMs / 1_000} seconds with a success.`,
    hint: 'npx lab logs api-1',
  });
}

async function prepareWorkload(options: BeginLoadOptions): Promise<Readonly<Record<string, string>>> {
  const { testbed, clock, signal } = options;
  // A ledger of its own: logging in is no evidence.
  await using ledger = createLedger({ clock, signal, urlOf: testbed.urlOf });
  await using handle = await openExperimentHandle({
    testbed,
    experiment: 'workload',
    attempt: 1,
    ledger,
    clock,
    seed: options.seed,
    random: createRandom(deriveSeed(options.seed, 'workload')),
    signal,
    replicas: apiNames(options.scenario),
    workers: workerNames(options.scenario),
    usedKeys: [],
    shared: new Map(),
    onEvent: options.onEvent ?? (() => undefined),
    onReleased: () => undefined,
  });
  return await options.scenario.workload.prepare(handle);
}
