import { readSession, readStatus, type SessionRecord } from '@lab/console';
import type { SessionStatus } from './reporter.ts';

export interface NotRunning {
  readonly running: false;
  readonly labPid: null;
  readonly run: null;
  readonly scenario: null;
  readonly phase: 'stopped';
  readonly parts: readonly [];
  readonly replicas: readonly [];
  readonly load: null;
  readonly workspace: null;
  readonly uptimeMs: 0;
  readonly port: null;
  readonly problem: null;
  readonly faults: readonly [];
  readonly lastChange: null;
}

const stopped: NotRunning = {
  running: false,
  labPid: null,
  run: null,
  scenario: null,
  phase: 'stopped',
  parts: [],
  replicas: [],
  load: null,
  workspace: null,
  uptimeMs: 0,
  port: null,
  problem: null,
  faults: [],
  lastChange: null,
};

/** What runs in this checkout: the session's own word, or its file's while it does not answer. */
export async function currentStatus(labDir: string): Promise<SessionStatus | NotRunning> {
  const session = readSession(labDir);
  if (session.kind !== 'running') return stopped;
  const answered = (await readStatus(session.record)) as (SessionStatus & { schema?: string }) | null;
  if (answered === null) return fromRecord(session.record);
  const { schema: _schema, ...status } = answered;
  return status;
}

function fromRecord(record: SessionRecord): SessionStatus {
  return {
    running: true,
    labPid: record.labPid,
    run: record.run,
    scenario: record.scenario,
    phase: record.state === 'stopping' ? 'stopping' : 'starting',
    parts: record.parts.map(({ part, pid }) => ({ part, pid, host: '127.0.0.1', port: 0 })),
    replicas: record.replicas.map(({ name, pid }) => ({ name, up: true, pid, url: null })),
    load: null,
    workspace: record.workspace,
    uptimeMs: Math.max(0, Date.now() - Date.parse(record.startedAt)),
    port: record.port,
    problem: null,
    faults: [],
    lastChange: null,
  };
}
