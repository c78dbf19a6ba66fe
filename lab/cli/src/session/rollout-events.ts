import type { EventLog } from '@lab/console';
import { seconds } from '../output/figures.ts';
import type { LoadGate } from './load-gate.ts';
import { type PracticeState, saveRecord } from './practice-state.ts';
import { type CodeProblem, describeProblem, problemOfRejection } from './problem.ts';
import type { SessionReporter } from './reporter.ts';
import type { RolloutEvents } from './rollout.ts';

interface Told {
  readonly state: PracticeState;
  readonly reporter: SessionReporter;
  readonly labDir: string;
  readonly events: () => EventLog | null;
  readonly gate: LoadGate;
  /** The load knows the replicas by address: it begins anew when one has moved. */
  followReplicas(): Promise<void>;
}

/** Tells the learner, the event stream and the session's state what became of a save. */
export function rolloutEvents(told: Told): RolloutEvents {
  const { state, reporter, labDir } = told;
  const setProblem = (problem: CodeProblem | null): void => {
    const before = state.problem;
    state.problem = problem;
    told.events()?.append('change', { name: 'code', state: problem === null ? 'boots' : 'broken', problem });
    if (problem !== null) reporter.warn(problemLine(problem, state));
    else if (before !== null) reporter.say('Your code boots again.');
    saveRecord(state, labDir);
  };
  const cannotLoad = (error: unknown): void => {
    if (error instanceof Error && error.name === 'SubmissionError') setProblem(problemOfRejection(error, null));
    else reporter.warn(`The load could not be begun again: ${String(error)}`);
  };
  return {
    replaced(replica, { sinceChangeMs }) {
      told.events()?.append('change', { name: replica, state: 'restarted', sinceChangeMs: Math.round(sinceChangeMs) });
      saveRecord(state, labDir);
      if (sinceChangeMs === 0) void told.followReplicas().catch(cannotLoad);
    },
    rolledOut(paths, tookMs) {
      state.lastChange = { paths, atMs: performance.now(), tookMs };
      reporter.say(`${describePaths(paths)} → ${state.names.length} replicas run it after ${seconds(tookMs)}.`);
      void told.gate.ensure().then(told.followReplicas).catch(cannotLoad);
    },
    problem: setProblem,
    crashed(problem, restart) {
      const next =
        restart === null ? 'It keeps ending: it waits for your next save.' : `It restarts in ${seconds(restart.inMs)}.`;
      reporter.warn(`${problem.replica ?? 'A replica'} ended. ${describeProblem(problem)} ${next}`);
      told.events()?.append('change', { name: problem.replica ?? 'api', state: 'crashed', problem: { ...problem } });
      if (restart === null) state.problem = problem;
      saveRecord(state, labDir);
    },
    failed(error) {
      reporter.warn(`The lab could not bring your change to the replicas: ${String(error)}`);
    },
  };
}

function problemLine(problem: CodeProblem, state: PracticeState): string {
  const up = state.testbed?.replicas.length ?? 0;
  const others = up === 0 ? 'No replica is up.' : `${up} of ${state.names.length} replicas still run the code before.`;
  const log = problem.replica === null ? '' : ` All it printed: npx lab logs ${problem.replica}.`;
  return `Your code does not boot. ${describeProblem(problem)}\n  ${others} Save a fix and it is tried again.${log}`;
}

function describePaths(paths: readonly string[]): string {
  const [first = 'files', ...more] = paths;
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}
