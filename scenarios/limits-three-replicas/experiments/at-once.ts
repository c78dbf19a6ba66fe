import type { Experiment, ExperimentHandle } from '@lab/sdk';
import { type Asked, waitAsTold } from '../../shared/asking.ts';
import { createDesk, type Desk } from './asking.ts';
import { type Client, clientsOf } from './clients.ts';

const throughEach = 20;
/** ShelfWise waits 50 ms for its store: also for two questions one after the other there is time. */
const storeLateMs = 10;
/** Until all that was sent lies before the replicas. */
const arrivedMs = 60;
/** No client is asked to wait longer than this for its next request; a longer wait is a finding of its own. */
const waitSecondsMax = 3;

/**
 * Everything at one instant, by two barriers. The replicas stand still while the requests come in, so that each finds
 * all of them when it goes on, and handles several in the same millisecond. And the store's replies take 10 ms: whoever
 * reads a count, compares and writes it back has read it for many of them before the first one is written.
 */
export const atOnce: Experiment = {
  id: 'at-once',
  title: 'A client sends 60 requests at one instant, and then waits as it is told',
  phase: 'disturb',
  disturbsLoad: true,
  needsRest: true,
  run: async (h) => {
    const desk = createDesk(h);
    const { atOnce: client } = await clientsOf(h);
    await desk.signIn(client);
    const answers = await allAtOnce(h, desk, client);
    const answered = answers.filter(({ operation }) => operation.status > 0).length;
    await comeBackAsTold(h, { desk, client, answers });
    const facts = { ...desk.facts(), answered };
    return answered > 0 ? { reached: true, facts } : { reached: false, facts, note: 'no request was answered' };
  },
};

async function allAtOnce(h: ExperimentHandle, desk: Desk, client: Client): Promise<readonly Asked[]> {
  await using _late = await h.links.delay(h.replicas, 'redis-limits', { latencyMs: storeLateMs, jitterMs: 0 });
  const still = await Promise.all(h.replicas.map((replica) => h.processes.pause(replica)));
  const asked = Array.from({ length: throughEach }, () =>
    h.replicas.map((replica) => desk.readBook(client, 'volley', replica)),
  ).flat();
  await h.clock.sleep(arrivedMs);
  await Promise.all(still.map((one) => one.release()));
  return await Promise.all(asked);
}

/** One request when the wait that the last refusal named is over. Nobody else asks for this client meanwhile. */
async function comeBackAsTold(
  h: ExperimentHandle,
  { desk, client, answers }: { readonly desk: Desk; readonly client: Client; readonly answers: readonly Asked[] },
): Promise<void> {
  const last = await waitAsTold(h, answers, waitSecondsMax);
  if (last === null) return;
  // The first of all replicas whose link was left alone the longest: any of them has to know.
  const [replica = last.operation.replica] = h.replicas.filter((name) => name !== last.operation.replica);
  await desk.readBook(client, 'after-wait', replica);
}
