import type { Log } from '../platform/logger.ts';

export interface LogLine {
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** Keeps what is logged, for tests to look at. */
export function recordingLog(logs: LogLine[]): Log {
  const record = (level: string) => (fields: unknown, message?: string) => {
    logs.push({ level, fields: fields as LogLine['fields'], message: message ?? '' });
  };
  return {
    debug: record('debug'),
    info: record('info'),
    warn: record('warn'),
    error: record('error'),
    fatal: record('fatal'),
  };
}
