import type { CommittedChange, Experiment, ExperimentHandle, ExperimentOutcome, ReplicaName } from '@lab/sdk';
import { createOrderDesk } from '../../shared/orders.ts';
import { isCharged } from './held-charge.ts';

/** A commit that some process makes on the way of an order, found in a dry run and not assumed. */
interface CommitPoint {
  /** A table that no other commit on the way changes, so that this one can be met again. */
  readonly table: string;
  /** Every table that it changes. */
  readonly tables: readonly string[];
}

const pointsMax = 4;
const reachedWithinMs = 4_000;
const dryRunMs = 6_000;
/** An order is through with its charge; what follows (a record, a mark) follows at once. */
const quietMs = 250;

/** Which commits a worker makes for one order, in their order. Watched once for each attempt, on an order of its own. */
function commitPoints(h: ExperimentHandle): Promise<readonly CommitPoint[]> {
  return h.once(`commit-points#${h.attempt}`, async () => {
    if (!(await h.processes.someRuns('worker'))) return [];
    const gate = await h.database.gateCommits({ of: 'workers' });
    const order = await createOrderDesk(h).place();
    if (order.id === null) {
      await gate.release();
      return [];
    }
    await using watch = await h.database.watchCommits(order.id);
    await gate.release();
    await isCharged(h, order.id, dryRunMs);
    await h.clock.sleep(quietMs);
    return pointsOf(await watch.changes());
  });
}

/** One point per transaction of a worker that can be told from the others by a table. */
export function pointsOf(changes: readonly CommittedChange[]): readonly CommitPoint[] {
  const ofWorkers = changes.filter(({ replica }) => replica.startsWith('worker-'));
  const transactions = [...Map.groupBy(ofWorkers, ({ transaction }) => transaction).values()];
  const tablesOf = transactions.map((rows) => [...new Set(rows.map(({ table }) => table))]);
  const points = tablesOf.flatMap((tables, index): CommitPoint[] => {
    const others = new Set(tablesOf.filter((_, other) => other !== index).flat());
    const own = tables.find((table) => !others.has(table));
    return own === undefined ? [] : [{ table: own, tables }];
  });
  return points.slice(0, pointsMax);
}

interface MetCommit {
  readonly orderId: string;
  readonly replica: ReplicaName;
  release(): Promise<void>;
}

/** Places an order and meets its commit at this point: the process waits inside COMMIT. Null when it never comes. */
async function meetCommit(h: ExperimentHandle, point: CommitPoint): Promise<MetCommit | null> {
  // The order's id is known only when it is placed; until then no worker commits anything.
  if (!(await h.processes.someRuns('worker'))) return null;
  const all = await h.database.gateCommits({ of: 'workers' });
  const { id } = await createOrderDesk(h).place();
  if (id === null) {
    await all.release();
    return null;
  }
  const hold = await h.database.gateCommits({ mentions: id, table: point.table });
  await all.release();
  const replica = await hold.firstBlocked(reachedWithinMs);
  if (replica !== null) return { orderId: id, replica, release: hold.release };
  await hold.release();
  return null;
}

const atEachCommit =
  (
    act: (h: ExperimentHandle, met: MetCommit) => Promise<string>,
    choose = (points: readonly CommitPoint[]) => points,
  ) =>
  async (h: ExperimentHandle): Promise<ExperimentOutcome> => {
    const facts: Record<string, string> = {};
    const points = choose(await commitPoints(h));
    for (const point of points) {
      const met = await meetCommit(h, point);
      if (met === null) continue;
      const what = await act(h, met);
      h.processes.startMeanwhile(met.replica);
      facts[`point:${met.orderId}`] = `${met.replica} ${what} ${point.tables.map(shortName).join(', ')}.`;
    }
    const met = Object.keys(facts).length;
    const reached = points.length > 0 && met === points.length;
    return reached ? { reached, facts } : { reached, facts, note: `${met} of ${points.length} commits were met` };
  };

function shortName(table: string): string {
  return table.replace(/^public\./, '');
}

/** Processes die at the commits that this service makes, whichever they are. */
export const atCommits: readonly Experiment[] = [
  {
    id: 'killed-before-commit',
    title: 'A worker dies before a commit',
    phase: 'disturb',
    disturbsLoad: true,
    timeoutMs: 25_000,
    run: atEachCommit(async (h, { orderId, replica, release }) => {
      // What it had begun beside the transaction (a job handed over, a charge) may come through meanwhile.
      await isCharged(h, orderId, 700);
      await h.processes.kill(replica);
      await release();
      return 'was killed before it had committed its change of';
    }),
  },
  {
    id: 'killed-after-commit',
    title: 'A worker dies right after a commit',
    phase: 'disturb',
    disturbsLoad: true,
    timeoutMs: 25_000,
    run: atEachCommit(async (h, { replica, release }) => {
      const frozen = await h.processes.pause(replica);
      await release();
      await waitUntilIdle(h, replica);
      await h.processes.kill(replica);
      await frozen.release();
      return 'was killed right after it had committed its change of';
    }),
  },
  {
    id: 'killed-before-ack',
    title: 'A worker dies when all is done, before it has told the queue',
    phase: 'disturb',
    disturbsLoad: true,
    run: atEachCommit(
      async (h, { replica, release }) => {
        await using _held = await h.links.hold(replica, 'redis-queue');
        await release();
        await waitUntilIdle(h, replica);
        await h.clock.sleep(100);
        await h.processes.kill(replica);
        return 'was killed before the queue had heard that it was done, after its commit to';
      },
      (points) => points.slice(-1),
    ),
  },
];

/** The transaction is over: no session of the process runs or waits in a statement. */
async function waitUntilIdle(h: ExperimentHandle, replica: ReplicaName): Promise<void> {
  const giveUpAtMs = h.clock.nowMs() + 1_000;
  while ((await h.database.activeSessions(replica)) > 0 && h.clock.nowMs() < giveUpAtMs) await h.clock.sleep(5);
}
