import {
  afterCall,
  mayRetry,
  type RetryBudgetSettings,
  type RetryBudgetState,
} from '@lab/service/policies/retry-budget';
import { createRandom } from '../kernel/random.ts';
import { createSimulation, type Noted } from '../kernel/simulation.ts';
import { attemptOfLayer, attemptsInAll, type Jitter, pauseMs } from './pauses.ts';
import { createProvider } from './provider.ts';

export interface Retrying {
  readonly jitter: Jitter;
  /** Layers of which each tries again by itself. */
  readonly layers: number;
  readonly budget: 'off' | 'on';
}

export interface CallWorld {
  readonly seed: number;
  readonly endMs: number;
  readonly clients: number;
  readonly outageMs: number;
  /** Calls a second that the provider bears when it is back. */
  readonly capacity: number;
  /** What more does to it: the rest is refused, or it falls over. */
  readonly overload: 'refuse' | 'fall';
  readonly baseMs: number;
  readonly capMs: number;
  /** In each layer. */
  readonly attempts: number;
}

/** `held`: the budget let no retry through, and it is due again later. */
export type CallEvent =
  | { readonly kind: 'served' | 'failed' | 'gave-up' | 'held'; readonly client: number }
  | { readonly kind: 'fell' };

/** The budget of ShelfWise for calls to its payment provider. */
export const RETRY_BUDGET: RetryBudgetSettings = { max: 10, perSuccess: 0.1, perSecond: 1 };

/** The outage begins at 0 with all clients in the middle of a call. */
export function retryCalls(how: Retrying, world: CallWorld): readonly Noted<CallEvent>[] {
  const { seed, endMs, clients, baseMs, capMs, attempts } = world;
  const backoff = { baseMs, capMs };
  const simulation = createSimulation<CallEvent>({ endMs });
  const { nowMs, note, after } = simulation;
  const provider = createProvider({ ...world, onFall: () => note({ kind: 'fell' }) });
  const attemptsMax = attemptsInAll(attempts, how.layers);
  let budget: RetryBudgetState = { tokens: RETRY_BUDGET.max, atMs: 0 };

  for (let client = 0; client < clients; client += 1) {
    const random = createRandom(seed, `client ${client}`).next;
    simulation.at(0, () => call({ client, random, made: 1, lastPauseMs: 0 }));
  }
  return simulation.run();

  function call(one: Caller): void {
    const { client, made } = one;
    const isServed = provider.call(nowMs());
    budget = afterCall(budget, { failed: !isServed, nowMs: nowMs() }, RETRY_BUDGET);
    note({ kind: isServed ? 'served' : 'failed', client });
    if (isServed) return;
    if (made >= attemptsMax) {
      note({ kind: 'gave-up', client });
      return;
    }
    const attempt = attemptOfLayer(made, attempts);
    const pause = pauseMs(how.jitter, { attempt, lastPauseMs: one.lastPauseMs }, backoff, one.random);
    after(pause, () => again({ ...one, made: made + 1, lastPauseMs: pause }));
  }

  /** What the budget holds back waits for a first pause more, and has made no attempt. */
  function again(one: Caller): void {
    if (how.budget === 'off' || mayRetry(budget, nowMs(), RETRY_BUDGET)) {
      call(one);
      return;
    }
    note({ kind: 'held', client: one.client });
    after(pauseMs(how.jitter, { attempt: 1, lastPauseMs: 0 }, backoff, one.random), () => again(one));
  }
}

interface Caller {
  readonly client: number;
  readonly random: () => number;
  /** Attempts, with the one that is made now. */
  readonly made: number;
  readonly lastPauseMs: number;
}
