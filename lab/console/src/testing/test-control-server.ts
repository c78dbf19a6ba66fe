import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ControlHandlers } from '../control-routes.ts';
import { startControlServer } from '../control-server.ts';
import { type EventLog, openEventLog } from '../event-log.ts';
import type { RecordHandlers } from '../record-routes.ts';
import { createToken } from '../session-file.ts';

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string;
}

interface Received {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A control server whose handlers only write down that they were called. */
export interface TestControlServer extends AsyncDisposable {
  readonly port: number;
  readonly token: string;
  readonly events: EventLog;
  /** Of the events. */
  readonly file: string;
  readonly calls: string[];
  /** From now on every handler that can refuse throws this. */
  refuseWith(error: Error): void;
  /** Sends one request, with the token unless the headers say otherwise. */
  send(sent: Sent): Promise<Received>;
  /** Ends the server alone; twice is harmless. */
  end(): Promise<void>;
}

export const json = { 'content-type': 'application/json' };

export async function startTestControlServer(more: { readonly site?: string } = {}): Promise<TestControlServer> {
  const dir = await mkdtemp(join(tmpdir(), 'lab-console-'));
  const file = join(dir, 'events.ndjson');
  const events = openEventLog({ file, run: 'run-1', startedWallMs: Date.now() });
  const token = createToken();
  const calls: string[] = [];
  let refusal: Error | null = null;
  const handlers = writingHandlers(calls, () => {
    if (refusal !== null) throw refusal;
  });
  const records = writingRecords(calls);
  const server = await startControlServer({ port: 0, token, events: () => events, handlers, records, ...more });
  const end = async (): Promise<void> => {
    await server[Symbol.asyncDispose]();
  };
  return {
    port: server.port,
    token,
    events,
    file,
    calls,
    refuseWith: (error) => {
      refusal = error;
    },
    send: (sent) =>
      sendTo(server.port, { ...sent, headers: { authorization: `Bearer ${token}`, ...(sent.headers ?? {}) } }),
    end,
    [Symbol.asyncDispose]: async () => {
      await end();
      events[Symbol.dispose]();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** `refuse` throws what a test wants thrown. */
export function writingHandlers(calls: string[], refuse: () => void = () => undefined): ControlHandlers {
  return {
    status: () => ({ phase: 'load' }),
    stop: () => calls.push('stop'),
    load: async (action, { pid }) => {
      calls.push(`${action} ${pid}`);
      return { load: action };
    },
    faults: () => ({ faults: [] }),
    changeFaults: async (change) => {
      calls.push(JSON.stringify(change));
      refuse();
      return { isOn: true };
    },
    connections: () => {
      calls.push('connections');
      refuse();
      return { parts: [] };
    },
    grade: (news) => {
      calls.push(JSON.stringify(news));
      refuse();
      return { told: 1 };
    },
  };
}

function writingRecords(calls: string[]): RecordHandlers {
  const write = (what: string) => async () => {
    calls.push(what);
    return { what };
  };
  return {
    runs: write('runs'),
    run: (run, grade) => write(`run ${run} ${grade}`)(),
    diff: (scenario) => write(`diff ${scenario}`)(),
    doctor: write('doctor'),
    files: (scenario) => write(`files ${scenario}`)(),
    open: (order) => write(`open ${JSON.stringify(order)}`)(),
  };
}

function sendTo(port: number, { method = 'GET', path = '/api/status', headers = {}, body }: Sent): Promise<Received> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
