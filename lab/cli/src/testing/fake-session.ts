import {
  type ControlHandlers,
  type ControlServer,
  claimSession,
  createToken,
  processStartTime,
  startControlServer,
} from '@lab/console';
import { onTestFinished } from 'vitest';
import type { FakeLab } from './fake-services.ts';

const idle: ControlHandlers = {
  status: () => ({}),
  stop: () => undefined,
  load: async () => ({}),
  faults: () => ({}),
  changeFaults: async () => ({}),
  connections: () => ({}),
  grade: () => ({}),
};

/**
 * A session of this lab that runs in the test's own process: the control API and the session's file are real, the stack
 * is not. Ends with the test.
 */
export async function startFakeSession(lab: FakeLab, handlers: Partial<ControlHandlers>): Promise<ControlServer> {
  const token = createToken();
  const server = await startControlServer({
    port: 0,
    token,
    events: () => null,
    handlers: { ...idle, ...handlers },
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  claimSession(lab.labDir, {
    schema: 'lab.session/1',
    state: 'running',
    run: 'r',
    labPid: process.pid,
    labStartTime: processStartTime(process.pid) ?? '',
    scenario: 'stale-tea',
    port: server.port,
    token,
    workspace: '/w',
    startedAt: new Date().toISOString(),
    parts: [],
    replicas: [],
  });
  return server;
}
