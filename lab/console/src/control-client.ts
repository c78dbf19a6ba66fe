import type { ErrorFacts } from './exchange.ts';
import type { SessionRecord } from './session-file.ts';

const timeoutMs = 3_000;
/** Told in passing, by somebody who has other things to do. */
const newsTimeoutMs = 1_000;
const loadTimeoutMs = 10_000;
/** A replica that is killed and booted again takes its time, and so does looking at a fault that does not show. */
const faultTimeoutMs = 40_000;

/** Asks the running session; null when it does not answer (it starts, ends, or is stuck). */
export function readStatus(record: SessionRecord): Promise<unknown | null> {
  return call(record, { method: 'GET', path: '/api/status' });
}

/** Asks the session to end; false when it could not be asked. */
export async function requestStop(record: SessionRecord): Promise<boolean> {
  return (await call(record, { method: 'POST', path: '/api/stop' })) !== null;
}

/** Pauses or resumes the practice load on behalf of process `pid`; false when it could not be asked. */
export async function controlLoad(record: SessionRecord, action: 'pause' | 'resume', pid: number): Promise<boolean> {
  const body = { action, pid };
  return (await call(record, { method: 'POST', path: '/api/load', body, withinMs: loadTimeoutMs })) !== null;
}

/** The session's word, or what it refused; null when it cannot be asked now. */
export type Answered = { readonly document: unknown } | { readonly error: ErrorFacts } | null;

/** What can be disturbed in the running session, and what is. */
export function readFaults(record: SessionRecord): Promise<Answered> {
  return ask(record, { method: 'GET', path: '/api/faults' });
}

/** Asks the session to begin or end faults. */
export function changeFaults(record: SessionRecord, change: unknown): Promise<Answered> {
  return ask(record, { method: 'POST', path: '/api/faults', body: change, withinMs: faultTimeoutMs });
}

/** Where each part and replica of the running session is reached, with what opens it. */
export function readConnections(record: SessionRecord): Promise<Answered> {
  return ask(record, { method: 'GET', path: '/api/connections' });
}

/** Tells the session how a grade does; false when it was not heard. */
export async function tellGrade(record: SessionRecord, news: unknown): Promise<boolean> {
  return (await call(record, { method: 'POST', path: '/api/grade', body: news, withinMs: newsTimeoutMs })) !== null;
}

interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly withinMs?: number;
}

async function call(record: SessionRecord, request: Request): Promise<unknown | null> {
  const answered = await ask(record, request);
  return answered !== null && 'document' in answered ? answered.document : null;
}

async function ask(record: SessionRecord, request: Request): Promise<Answered> {
  if (record.port === null) return null;
  try {
    const response = await fetch(`http://127.0.0.1:${record.port}${request.path}`, {
      method: request.method,
      headers: { authorization: `Bearer ${record.token}`, 'content-type': 'application/json' },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      signal: AbortSignal.timeout(request.withinMs ?? timeoutMs),
    });
    const document: unknown = await response.json();
    return response.ok ? { document } : (document as { error: ErrorFacts });
  } catch {
    // Refused, cut or late: all mean that the session cannot be asked now.
    return null;
  }
}
