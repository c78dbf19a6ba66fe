import type { SessionRecord } from './session-file.ts';

const timeoutMs = 3_000;

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
  return (await call(record, { method: 'POST', path: '/api/load', body: { action, pid } })) !== null;
}

async function call(
  record: SessionRecord,
  request: { method: 'GET' | 'POST'; path: string; body?: unknown },
): Promise<unknown | null> {
  if (record.port === null) return null;
  try {
    const response = await fetch(`http://127.0.0.1:${record.port}${request.path}`, {
      method: request.method,
      headers: { authorization: `Bearer ${record.token}`, 'content-type': 'application/json' },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      signal: AbortSignal.timeout(request.path === '/api/load' ? 10_000 : timeoutMs),
    });
    return response.ok ? await response.json() : null;
  } catch {
    // Refused, cut or late: all mean that the session cannot be asked now.
    return null;
  }
}
