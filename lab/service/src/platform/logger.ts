import { type Logger, pino } from 'pino';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>;

/** JSON lines on stdout. Fields are chosen by the caller; request headers and bodies are never logged. */
export function createLogger(level: string): Log {
  return pino({
    level,
    base: { service: 'shelfwise' },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
  });
}
