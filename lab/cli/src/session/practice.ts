import { join } from 'node:path';
import { type ControlServer, createToken, openEventLog, releaseSession, startControlServer } from '@lab/console';
import { builtSite } from '../console/built-site.ts';
import { removeDoor } from '../console/console-door.ts';
import { consoleRecords } from '../console/console-records.ts';
import { createCrossings } from '../console/crossings.ts';
import { streamLogs } from '../console/stream-logs.ts';
import { watchService } from '../console/watch-service.ts';
import type { Context } from '../context.ts';
import { claim } from './claim.ts';
import { controlHandlers } from './control-handlers.ts';
import { readSignatures } from './file-signatures.ts';
import { createGradeWatch } from './grade-watch.ts';
import { createLoadGate } from './load-gate.ts';
import { openFaults } from './practice-faults.ts';
import { startGround } from './practice-ground.ts';
import { beginLoad, firstLoad, tendEverySecond } from './practice-load.ts';
import { openRollout } from './practice-rollout.ts';
import type { PracticeOptions, PracticeSession } from './practice-session.ts';
import { createPracticeState, replicaNames, saveRecord, statusOf } from './practice-state.ts';
import { savedFiles } from './saved-files.ts';
import { sessionInfo } from './session-info.ts';
import { watchFiles } from './watch-files.ts';

const consolePort = 4_777;

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
  const session: PracticeSession = {
    ...options,
    context,
    state,
    signal,
    events: null,
    faults: null,
    service: null,
    gate: createLoadGate({ begin: () => beginLoad(session) }),
    crossings: createCrossings(),
    grades: createGradeWatch({ events: () => session.events }),
    loaded: new Set(),
  };
  state.loadTrouble = session.gate.trouble;
  try {
    await using server = await startServer(session, () => asked.abort());
    saveRecord(state, context.labDir, { port: server.port });
    await practise(session);
  } catch (error) {
    // Asked to stop while still starting: what was under way failed because of that.
    if (!asked.signal.aborted) throw error;
  } finally {
    releaseSession(context.labDir, process.pid);
    removeDoor(context.labDir);
  }
}

function startServer(session: PracticeSession, stop: () => void): Promise<ControlServer> {
  const { state, context } = session;
  return startControlServer({
    port: consolePort,
    token: state.record.token,
    site: builtSite(context.repoRoot),
    records: consoleRecords(context),
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

async function practise(session: PracticeSession): Promise<void> {
  const { context, state, reporter, scenario, signal } = session;
  await using stack = new AsyncDisposableStack();
  const testbed = stack.use(await startGround(session));
  state.testbed = testbed;
  const events = stack.use(
    openEventLog({ file: join(testbed.runDir, 'events.ndjson'), run: testbed.run, startedWallMs: Date.now() }),
  );
  session.events = events;
  saveRecord(state, context.labDir, { run: testbed.run });

  stack.use(session.gate);
  const faults = await openFaults(session, testbed);
  const rollout = stack.use(openRollout(session, testbed, faults));
  // Ended first: a rollout may wait for a fault that is being looked at.
  stack.use(faults);
  reporter.begin(`Boot ${state.names.length} replicas of your code`);
  // From before the code is read: what is saved while it boots is rolled out right after.
  const known = await readSignatures(state.record.workspace);
  const booted = await rollout.first();
  if (booted) reporter.done();
  else reporter.failed();
  const answering = booted && (await firstLoad(session));
  const loss = await testbed.loss(answering ? undefined : state.problem);
  if (loss !== null) throw loss;
  session.faults = faults;
  state.faults = faults.active;
  saveRecord(state, context.labDir, { state: 'running' });
  events.append('phase', { name: 'practice', state: 'load' });
  reporter.ready(sessionInfo(session, answering ? performance.now() - session.beganMs : null));

  session.service = stack.use(watchService(() => testbed.replicas.map(({ internalUrl }) => internalUrl)));
  stack.use(streamLogs(events, { runDir: testbed.runDir, parts: state.names }));
  const onChange = (paths: readonly string[]): void => {
    events.append('change', { ...savedFiles(paths) });
    rollout.changed(paths);
  };
  stack.use(watchFiles({ dir: state.record.workspace, known, onChange }));
  stack.use(tendEverySecond(session, () => reporter.tick(statusOf(state))));
  await aborted(signal);
  state.record = { ...state.record, state: 'stopping' };
  events.append('bye', { reason: 'stopped' });
  context.output.say(`Stopping ${scenario.id}.`);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
