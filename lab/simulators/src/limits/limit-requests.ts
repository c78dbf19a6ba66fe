import { createSimulation } from '../kernel/simulation.ts';
import type { Arrival, Client } from './arrivals.ts';
import { type Answer, type Budget, createLimiter, type Limiter, type LimiterName } from './limiters.ts';

/** `shared`: one count of each client. `local`: one in each replica. `everyone`: one for all clients together. */
export type Counting = 'shared' | 'local' | 'everyone';

export interface Limited {
  readonly limiter: LimiterName;
  readonly counting: Counting;
}

/** One request and what became of it. `atMs` is when it came; `answer.atMs`, when it went on. */
export interface Handled {
  readonly atMs: number;
  readonly client: Client;
  readonly answer: Answer;
}

/** One side: every request of the stream goes through its limiter, each as it comes. */
export function limitRequests(
  arrivals: readonly Arrival[],
  { limiter, counting }: Limited,
  { endMs, ...budget }: Budget & { readonly endMs: number },
): readonly Handled[] {
  const counts = new Map<string, Limiter>();
  const world = createSimulation<Omit<Handled, 'atMs'>>({ endMs });
  for (const { atMs, client, replica } of arrivals) {
    world.at(atMs, () => world.note({ client, answer: countOf(client, replica)(atMs) }));
  }
  return world.run();

  function countOf(client: Client, replica: number): Limiter {
    const key = { shared: client, local: `${client} ${replica}`, everyone: '' }[counting];
    const count = counts.get(key) ?? createLimiter(limiter, budget);
    counts.set(key, count);
    return count;
  }
}

/** When requests of a client went on, in order of time. */
export function passedAtMs(handled: readonly Handled[], client: Client): readonly number[] {
  return handled
    .filter((one) => one.client === client && one.answer.outcome !== 'refused')
    .map(({ answer }) => answer.atMs)
    .sort((one, other) => one - other);
}
