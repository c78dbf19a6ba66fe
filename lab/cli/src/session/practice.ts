import { join } from 'node:path';
import {
  type ControlServer,
  createToken,
  type EventLog,
  openEventLog,
  releaseSession,
  startControlServer,
} from '@lab/console';
import type { LoadTick, Testbed } from '@lab/runner';
import type { Scenario } from '@lab/sdk';
import type { Context } from '../context.ts';
import { openLog } from '../log-file.ts';
import { prepareTools, type ReadyTools, toolsOf } from '../prepare-tools.ts';
import { claim } from './claim.ts';
import { createCodeVersions } from './code-versions.ts';
import { controlHandlers } from './control-handlers.ts';
import { createSessionFaults, type SessionFaults } from './faults.ts';
import { createLoadGate, type LoadGate } from './load-gate.ts';
import { createPracticeState, type PracticeState, replicaNames, saveRecord, statusOf } from './practice-state.ts';
import { problemOfRejection } from './problem.ts';
import type { SessionReporter } from './reporter.ts';
import { createRollout, type Rollout } from './rollout.ts';
import { rolloutEvents } from './rollout-events.ts';
import { sessionInfo } from './session-info.ts';
import { watchFiles } from './watch-files.ts';

export interface PracticeOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly reporter: SessionReporter;
  /** When the command began, by `performance.now()`. */
  readonly beganMs: number;
}

const consolePort = 4_777;

interface Session extends PracticeOptions {
  readonly context: Context;
  readonly state: PracticeState;
  readonly signal: AbortSignal;
  events: EventLog | null;
  /** Null until the session stands. */
  faults: SessionFaults | null;
  /** There before the testbed is: a grade may ask for a pause while the session still starts. */
  readonly gate: LoadGate;
  /** Addresses of the replicas that the load calls. */
  loaded: ReadonlySet<string>;
}

/**
 * One practice session, from claiming the checkout to the last process gone. Resolves when it was
 * asked to stop, by the signal of the context or over the control API.
 *
 * @throws EnvironmentError `E_ALREADY_RUNNING`, and what the parts throw when they cannot start.
 */
export async function runPractice(context: Context, options: PracticeOptions): Promise<void> {
  const { scenario } = options;
  const { workspaceDir } = await context.services.workspace();
  const state = createPracticeState({
    scenario: scenario.id,
    workspace: workspaceDir(context.repoRoot, scenario.id),
    token: createToken(),
    names: replicaNames(scenario.stack),
  });
  claim(context.labDir, state);
  const asked = new AbortController();
  const signal = AbortSignal.any([context.signal, asked.signal]);
  const session: Session = {
    ...options,
    context,
    state,
    signal,
    events: null,
    faults: null,
    gate: createLoadGate({ begin: () => beginLoad(session) }),
    loaded: new Set(),
  };
  try {
    await using server = await startServer(session, () => asked.abort());
    saveRecord(state, context.labDir, { port: server.port });
    await practise(session);
  } catch (error) {
    // Asked to stop while still starting: what was under way failed because of that.
    if (!asked.signal.aborted) throw error;
  } finally {
    releaseSession(context.labDir, process.pid);
  }
}

function startServer(session: Session, stop: () => void): Promise<ControlServer> {
  const { state, context } = session;
  return startControlServer({
    port: consolePort,
    token: state.record.token,
    events: () => session.events,
    handlers: controlHandlers({
      ...session,
      faults: () => session.faults,
      events: () => session.events,
      save: () => saveRecord(state, context.labDir),
      stop,
    }),
  });
}

async function practise(session: Session): Promise<void> {
  const { context, state, reporter, scenario, signal } = session;
  await using stack = new AsyncDisposableStack();
  const tools = await prepare(session);
  const testbed = stack.use(await startTestbed(session, tools));
  state.testbed = testbed;
  const events = stack.use(
    openEventLog({ file: join(testbed.runDir, 'events.ndjson'), run: testbed.run, startedWallMs: Date.now() }),
  );
  session.events = events;
  saveRecord(state, context.labDir, { run: testbed.run });

  const gate = stack.use(session.gate);
  const faults = await openFaults(session, testbed);
  const rollout = stack.use(openRollout(session, testbed, faults));
  // Ended first: a rollout may wait for a fault that is being looked at.
  stack.use(faults);
  reporter.begin(`Boot ${state.names.length} replicas of your code`);
  const booted = await rollout.first();
  if (booted) reporter.done();
  else reporter.failed();
  const answering = booted && (await firstLoad(session, gate));
  session.faults = faults;
  state.faults = faults.active;
  saveRecord(state, context.labDir, { state: 'running' });
  events.append('phase', { name: 'practice', state: 'load' });
  reporter.ready(sessionInfo(session, answering ? performance.now() - session.beganMs : null));

  stack.use(await watchFiles({ dir: state.record.workspace, onChange: (paths) => rollout.changed(paths) }));
  const everySecond = setInterval(() => {
    void gate
      .tend()
      .catch((error: unknown) => reporter.warn(`The load could not be begun again: ${String(error)}`))
      .finally(() => {
        state.paused = gate.isPaused();
      });
    reporter.tick(statusOf(state));
  }, 1_000);
  stack.defer(() => clearInterval(everySecond));
  await aborted(signal);
  state.record = { ...state.record, state: 'stopping' };
  events.append('bye', { reason: 'stopped' });
  context.output.say(`Stopping ${scenario.id}.`);
}

async function prepare(session: Session): Promise<ReadyTools> {
  const { context, reporter, scenario } = session;
  const { sweepLeftovers } = await context.services.runtime();
  const { createWorkspace } = await context.services.workspace();
  reporter.begin('Find the tools');
  await sweepLeftovers({ repoRoot: context.repoRoot, log: openLog(context.labDir) });
  const remarks: string[] = [];
  const tools = await prepareTools({ ...context, signal: session.signal }, toolsOf(scenario), {
    onNote: (text) => reporter.note(text),
    onRemark: (text) => remarks.push(text),
  });
  reporter.done(
    Object.entries(tools.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  );
  for (const remark of remarks) reporter.warn(remark);
  reporter.begin('Your workspace');
  const workspace = await createWorkspace({ repoRoot: context.repoRoot, scenario });
  reporter.done(workspace.outcome === 'created' ? 'new' : 'as you left it');
  if (workspace.notice !== null) reporter.warn(workspace.notice);
  return tools;
}

async function startTestbed(session: Session, tools: ReadyTools): Promise<Testbed> {
  const { context, reporter, scenario, signal } = session;
  const runner = await context.services.runner();
  reporter.begin(`Start ${scenario.stack.parts.join(', ')}`);
  const testbed = await runner.startTestbed({
    repoRoot: context.repoRoot,
    scenario,
    cacheDir: tools.cacheDir,
    tools: tools.paths,
    signal,
    log: openLog(context.labDir, (sentence) => reporter.warn(sentence)),
    clock: runner.createClock(signal),
    onPart: (part) => reporter.note(`${part} is up`),
  });
  reporter.done();
  return testbed;
}

async function beginLoad(session: Session) {
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
    onTick: (tick) => onTick(session, state, tick),
  });
}

function onTick(session: Session, state: PracticeState, tick: LoadTick): void {
  const { databaseStatementsPerSecond = null } = tick as LoadTick & { databaseStatementsPerSecond?: number };
  const { requestsPerSecond, failedPerSecond, p50Ms, p99Ms } = tick;
  state.figures = { requestsPerSecond, failedPerSecond, p50Ms, p99Ms, databaseStatementsPerSecond };
  session.events?.append('tick', { s: state.figures });
}

/** True when the first request was answered with a success. */
async function firstLoad(session: Session, gate: LoadGate): Promise<boolean> {
  const { reporter, scenario, state } = session;
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

/** The load knows the replicas by address. */
async function followReplicas({ gate, loaded, state }: Session): Promise<void> {
  const replicas = state.testbed?.replicas ?? [];
  if (replicas.some(({ url }) => url !== null && !loaded.has(url))) await gate.renew();
}

async function openFaults(session: Session, ground: Testbed): Promise<SessionFaults> {
  const { context, scenario, reporter, state } = session;
  return createSessionFaults({
    faults: await context.services.faults(),
    ground,
    scenario: scenario.id,
    isPaused: session.gate.isPaused,
    events: () => session.events,
    reporter,
    onProcesses: () => {
      const follow = async (): Promise<void> => {
        saveRecord(state, context.labDir);
        await followReplicas(session);
      };
      void follow().catch((error: unknown) => {
        reporter.warn(`The session could not follow its processes: ${String(error)}`);
      });
    },
  });
}

function openRollout(session: Session, testbed: Testbed, faults: SessionFaults): Rollout {
  const { context, scenario, state, gate } = session;
  return createRollout({
    testbed: {
      bootReplicas: testbed.bootReplicas,
      onReplicaExit: testbed.onReplicaExit,
      replaceReplica: (name, codeDir) => faults.replacing(name, () => testbed.replaceReplica(name, codeDir)),
    },
    names: state.names,
    versions: createCodeVersions({
      services: context.services,
      repoRoot: context.repoRoot,
      scenario,
      workspaceDir: state.record.workspace,
      target: join(testbed.runDir, 'code'),
      onIgnored: (paths) => session.reporter.warn(ignoredText(paths)),
    }),
    prepare: async (codeDir) => {
      await faults.endAll('your migrations change: everything begins anew');
      await testbed.stopReplicas();
      await testbed.resetData(codeDir);
    },
    events: rolloutEvents({
      ...session,
      labDir: context.labDir,
      events: () => session.events,
      gate,
      followReplicas: () => followReplicas(session),
    }),
  });
}

function ignoredText(paths: readonly string[]): string {
  const shown = paths.slice(0, 3).join(', ');
  const more = paths.length > 3 ? ` and ${paths.length - 3} more` : '';
  return `You changed what a fix may not change: ${shown}${more}. The service runs without these changes.`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
