import { join } from 'node:path';
import {
  type Clock,
  notLetIn,
  type Operation,
  preparation,
  type Scenario,
  SubmissionError,
  type TimelineEvent,
} from '@lab/sdk';
import { openExperimentHandle } from '../handle/experiment-handle.ts';
import { createLedger, type Ledger } from '../handle/ledger.ts';
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
  /**
   * Where checks will judge: then the logins are evidence, the experiments have what was made once, as tokens, and the
   * load begins although somebody was not let in. Without it that is a `SubmissionError`.
   */
  readonly judged?: { readonly ledger: Ledger; readonly shared: Map<string, Promise<unknown>> };
  onEvent?(event: Omit<TimelineEvent, 'atMs'>): void;
  onTick?(tick: LoadTick): void;
}

const firstAnswerMs = 10_000;

/** Logs the load's clients in, starts k6 and waits for the first request answered with a success. */
export async function beginLoad(options: BeginLoadOptions): Promise<Load> {
  const { testbed, scenario, clock, signal, seed } = options;
  const { environment, refused } = await prepareWorkload(options);
  if (refused.size > 0 && options.judged === undefined) throw nobodyLetIn(refused);
  const load = await startLoad({
    testbed,
    scenario,
    scenarioDir: join(options.repoRoot, 'scenarios', scenario.id),
    clock,
    signal,
    seed,
    environment,
    first: refused.size === 0 ? 'success' : 'any answer',
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

type Refused = ReturnType<typeof notLetIn>;

function nobodyLetIn(refused: Refused): SubmissionError {
  const [who, logins]: readonly [string?, (readonly Operation[])?] = [...refused][0] ?? [];
  const said = logins?.map(({ replica, status }) => `${replica} ${status || 'no answer'}`);
  return new SubmissionError('E_NOBODY_LET_IN', {
    stage: 'boot',
    message: `The service started, but no replica let ${who} in (${said?.join(', ')}): without a token there is no load.`,
    hint: 'npx lab logs api-1',
  });
}

async function prepareWorkload(
  options: BeginLoadOptions,
): Promise<{ readonly environment: Readonly<Record<string, string>>; readonly refused: Refused }> {
  const { testbed, clock, signal } = options;
  await using own = createLedger({ clock, signal, urlOf: testbed.urlOf });
  const { ledger, shared } = options.judged ?? { ledger: own, shared: new Map() };
  const known = ledger.history.length;
  await using handle = await openExperimentHandle({
    testbed,
    experiment: preparation,
    attempt: 1,
    ledger,
    clock,
    seed: options.seed,
    random: createRandom(deriveSeed(options.seed, preparation)),
    signal,
    replicas: apiNames(options.scenario),
    workers: workerNames(options.scenario),
    usedKeys: [],
    shared,
    onEvent: options.onEvent ?? (() => undefined),
    onReleased: () => undefined,
  });
  const environment = await options.scenario.workload.prepare(handle);
  return { environment, refused: notLetIn(ledger.history.slice(known)) };
}
