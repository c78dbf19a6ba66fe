import { join } from 'node:path';
import type { EventLog } from '@lab/console';
import { followFiles } from '../tail.ts';
import { createLogSampler, logLine } from './log-line.ts';

const linesPerSecond = 10;

/** Puts warnings and errors of the replicas into the event stream, until disposed. */
export function streamLogs(
  events: EventLog,
  logs: { readonly runDir: string; readonly parts: readonly string[] },
): Disposable {
  const ended = new AbortController();
  const sampler = createLogSampler(linesPerSecond);
  const files = logs.parts.map((part) => ({ part, file: join(logs.runDir, 'logs', `${part}.log`) }));
  const onLine = (part: string, line: string): void => {
    const told = logLine(part, line);
    if (told === null || told.level === 'info') return;
    const { pass, left } = sampler(Date.now());
    if (!pass) return;
    const text = left === 0 ? told.text : `${told.text} (${left} lines before it are left out: npx lab logs ${part})`;
    events.append('log', { ...told, text });
  };
  // A file that cannot be read any more costs the tail, never the session.
  void followFiles(files, { signal: ended.signal, onLine }).catch(() => undefined);
  return { [Symbol.dispose]: () => ended.abort() };
}
