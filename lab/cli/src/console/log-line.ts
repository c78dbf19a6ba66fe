/** One line of a replica's log, as the event stream carries it. */
export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly source: string;
  readonly text: string;
}

const warn = 40;
const error = 50;
const levelNames: Readonly<Record<string, number>> = { trace: 10, debug: 20, info: 30, warn, error, fatal: 60 };
/** Fields that say where and when, which the stream says itself. */
const known = new Set([
  'level',
  'time',
  'timestamp',
  'pid',
  'hostname',
  'msg',
  'message',
  'service',
  'version',
  'environment',
]);

/** What a replica printed; null for an empty line. What is no JSON was not printed by the logger: it is an error. */
export function logLine(source: string, line: string): LogLine | null {
  if (line.trim() === '') return null;
  const parsed = parse(line);
  if (parsed === null) return { level: 'error', source, text: line };
  const { level, msg, message } = parsed;
  const number = typeof level === 'number' ? level : (levelNames[String(level)] ?? warn);
  const rest = Object.fromEntries(Object.entries(parsed).filter(([name]) => !known.has(name)));
  const more = Object.keys(rest).length === 0 ? '' : ` ${JSON.stringify(rest)}`;
  return {
    level: number >= error ? 'error' : number >= warn ? 'warn' : 'info',
    source,
    text: `${String(msg ?? message ?? '')}${more}`.trim(),
  };
}

function parse(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

/** Lets at most `perSecond` lines through in each second; `left` is how many it held back since the last one it let. */
export function createLogSampler(perSecond: number): (nowMs: number) => { pass: boolean; left: number } {
  let second = Number.NaN;
  let count = 0;
  let held = 0;
  return (nowMs) => {
    const now = Math.floor(nowMs / 1_000);
    if (now !== second) [second, count] = [now, 0];
    count += 1;
    if (count > perSecond) {
      held += 1;
      return { pass: false, left: held };
    }
    const left = held;
    held = 0;
    return { pass: true, left };
  };
}
