import type { ExperimentHandle } from '@lab/sdk';

/** One at a time among all experiments of a run that do this `what`, also those that run side by side. */
export async function inTurn<T>(h: ExperimentHandle, what: string, act: () => Promise<T>): Promise<T> {
  const queue = await h.once(`in-turn:${what}`, async () => ({ last: Promise.resolve() as Promise<unknown> }));
  const mine = queue.last.then(act);
  // Whoever is next does not fail because of this one.
  queue.last = mine.catch(() => undefined);
  return await mine;
}
