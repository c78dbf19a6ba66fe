import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '@lab/runtime';
import { pino } from 'pino';

const logBytesMax = 5 * 1024 * 1024;

/**
 * The lab's own log, `.lab/lab.log`: begun anew when it has grown too long. A line whose field
 * `forPeople` holds a sentence is told as well.
 */
export function openLog(labDir: string, tell?: (sentence: string) => void): Log {
  mkdirSync(labDir, { recursive: true });
  const file = join(labDir, 'lab.log');
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > logBytesMax) rmSync(file, { force: true });
  const log = pino({ base: { pid: process.pid } }, pino.destination({ dest: file, sync: true }));
  if (tell === undefined) return log;
  const also =
    (level: 'info' | 'warn' | 'error') =>
    (fields: object, message: string): void => {
      if ('forPeople' in fields && typeof fields.forPeople === 'string') tell(fields.forPeople);
      log[level](fields, message);
    };
  return { info: also('info'), warn: also('warn'), error: also('error') };
}
