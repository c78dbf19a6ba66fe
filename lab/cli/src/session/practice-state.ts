import { processStartTime, type SessionRecord, updateSession } from '@lab/console';
import type { ActiveFault } from '@lab/faults';
import type { Testbed } from '@lab/runner';
import type { LabError, ReplicaName, StackSpec } from '@lab/sdk';
import { describeTrouble, type LoadTrouble } from './load-losses.ts';
import { type CodeProblem, describeProblem } from './problem.ts';
import type { LoadFigures, SessionStatus } from './reporter.ts';

/** What a session knows of itself; the one place that changes. */
export interface PracticeState {
  record: SessionRecord;
  testbed: Testbed | null;
  names: readonly ReplicaName[];
  paused: boolean;
  problem: CodeProblem | null;
  /** A part that ended by itself: the session cannot boot it again. */
  loss: LabError | null;
  /** Why there is no load although there should be. */
  loadTrouble(): LoadTrouble | null;
  /** Empty until the session stands. */
  faults(): readonly ActiveFault[];
  figures: LoadFigures | null;
  lastChange: { readonly paths: readonly string[]; readonly atMs: number; readonly tookMs: number } | null;
  readonly startedMs: number;
}

export function createPracticeState(options: {
  scenario: string;
  workspace: string;
  token: string;
  names: readonly ReplicaName[];
}): PracticeState {
  const { scenario, workspace, token } = options;
  return {
    record: {
      schema: 'lab.session/1',
      state: 'starting',
      run: null,
      labPid: process.pid,
      labStartTime: processStartTime(process.pid) ?? '',
      scenario,
      port: null,
      token,
      workspace,
      startedAt: new Date().toISOString(),
      parts: [],
      replicas: [],
    },
    testbed: null,
    names: options.names,
    paused: false,
    problem: null,
    loss: null,
    loadTrouble: () => null,
    faults: () => [],
    figures: null,
    lastChange: null,
    startedMs: performance.now(),
  };
}

/** Every process of ShelfWise that the stack has. */
export function replicaNames({ replicas }: StackSpec): readonly ReplicaName[] {
  const apis = Array.from({ length: replicas.api }, (_, index): ReplicaName => `api-${index + 1}`);
  const workers = Array.from({ length: replicas.worker ?? 0 }, (_, index): ReplicaName => `worker-${index + 1}`);
  return [...apis, ...workers];
}

/** Brings `.lab/session.json` up to date with the testbed. */
export function saveRecord(state: PracticeState, labDir: string, change: Partial<SessionRecord> = {}): void {
  state.record = {
    ...state.record,
    parts: state.testbed?.parts.map(({ part, pid }) => ({ part, pid })) ?? [],
    replicas: state.testbed?.replicas.map(({ name, pid }) => ({ name, pid })) ?? [],
    ...change,
  };
  updateSession(labDir, state.record);
}

export function statusOf(state: PracticeState): SessionStatus {
  const { record, testbed, lastChange } = state;
  const now = performance.now();
  return {
    running: true,
    labPid: record.labPid,
    run: record.run,
    scenario: record.scenario,
    phase: phaseOf(state),
    parts: testbed?.parts ?? [],
    replicas: state.names.map((name) => {
      const replica = testbed?.replicas.find((candidate) => candidate.name === name);
      return { name, up: replica !== undefined, pid: replica?.pid ?? null, url: replica?.url ?? null };
    }),
    load: state.paused || state.loadTrouble() !== null ? null : state.figures,
    workspace: record.workspace,
    uptimeMs: Math.round(now - state.startedMs),
    port: record.port,
    problem: problemText(state),
    faults: state.faults(),
    lastChange:
      lastChange === null
        ? null
        : { paths: lastChange.paths, agoMs: Math.round(now - lastChange.atMs), tookMs: Math.round(lastChange.tookMs) },
  };
}

/** Without one of its parts no code works: that is said first. */
function problemText({ loss, problem, loadTrouble }: PracticeState): string | null {
  if (loss !== null) return `${loss.message} Start anew: npx lab stop, then npx lab start.`;
  if (problem !== null) return describeProblem(problem);
  const trouble = loadTrouble();
  return trouble === null ? null : describeTrouble(trouble);
}

function phaseOf(state: PracticeState): SessionStatus['phase'] {
  if (state.record.state !== 'running') return state.record.state;
  if (state.problem !== null && state.loss === null) return 'code-does-not-boot';
  return state.paused ? 'paused' : 'load';
}
