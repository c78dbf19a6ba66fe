import type { Load, LoadTick } from '@lab/runner';
import { describeTrouble } from './load-losses.ts';
import type { PracticeSession } from './practice-session.ts';
import { problemOfRejection } from './problem.ts';

/** Begins the practice load on the replicas that run. The gate of the session says when. */
export async function beginLoad(session: PracticeSession): Promise<Load> {
  const { context, scenario, seed, signal, state } = session;
  const { testbed } = state;
  if (testbed === null) throw new Error('The load was begun before there was a testbed.');
  const runner = await context.services.runner();
  session.loaded = new Set(testbed.replicas.flatMap((replica) => replica.url ?? []));
  return await runner.beginLoad({
    testbed,
    scenario,
    repoRoot: context.repoRoot,
    clock: runner.createClock(signal),
    signal,
    seed,
    onTick: (tick) => onTick(session, tick),
  });
}

function onTick({ crossings, events, service, state }: PracticeSession, tick: LoadTick): void {
  const { databaseStatementsPerSecond = null } = tick as LoadTick & { databaseStatementsPerSecond?: number };
  const { requestsPerSecond, failedPerSecond, p50Ms, p95Ms, p99Ms } = tick;
  state.figures = { requestsPerSecond, failedPerSecond, p50Ms, p99Ms, databaseStatementsPerSecond };
  const figures = { ...state.figures, p95Ms, ...service?.latest() };
  events?.append('tick', { s: figures });
  for (const crossing of crossings(figures)) events?.append('change', { name: 'threshold', ...crossing });
}

/** True when the first request was answered with a success. */
export async function firstLoad({ gate, reporter, scenario, state }: PracticeSession): Promise<boolean> {
  reporter.begin(`Load of ${scenario.workload.ratePerSecond} requests per second`);
  try {
    await gate.ensure();
    const isPaused = gate.isPaused();
    reporter.done(isPaused ? 'paused by a grade' : 'first request answered');
    return !isPaused;
  } catch (error) {
    reporter.failed();
    state.problem = problemOfRejection(error, null);
    return false;
  }
}

/** The load knows the replicas by address: it begins anew when one has moved. */
export async function followReplicas({ gate, loaded, state }: PracticeSession): Promise<void> {
  const replicas = state.testbed?.replicas ?? [];
  if (replicas.some(({ url }) => url !== null && !loaded.has(url))) await gate.renew();
}

/** Says once that a part is gone. */
async function noticeLoss({ state, reporter }: PracticeSession): Promise<void> {
  const loss = (await state.testbed?.loss()) ?? null;
  if (loss === null || state.loss !== null) return;
  state.loss = loss;
  reporter.warn(`${loss.message} Start anew: npx lab stop, then npx lab start.`);
}

/** Looks after the load, and calls `onSecond`, once a second until disposed. */
export function tendEverySecond(session: PracticeSession, onSecond: () => void): Disposable {
  const { gate, grades, reporter, state } = session;
  // Each trouble once: the load is tried again and again.
  let told = '';
  const tell = (text: string): void => {
    if (text !== told && text !== '') reporter.warn(text);
    told = text;
  };
  const timer = setInterval(() => {
    void gate
      .tend()
      .catch((error: unknown) => {
        // The load that was lost is told below.
        if (gate.trouble() === null) reporter.warn(`The load could not be begun again: ${String(error)}`);
      })
      .finally(() => {
        state.paused = gate.isPaused();
      });
    const trouble = gate.trouble();
    tell(trouble === null ? '' : describeTrouble(trouble));
    void noticeLoss(session);
    grades.tend();
    onSecond();
  }, 1_000);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
