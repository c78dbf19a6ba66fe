import { fileURLToPath } from 'node:url';

/** What Node said when it gave up, in terms of the code that it ran. */
export interface BootError {
  /** One line, with paths relative to the code. */
  readonly message: string;
  /** Where in the code, relative to it. */
  readonly location: BootLocation | null;
}

export interface BootLocation {
  readonly file: string;
  /** Null where Node names the file only: an import that it could not resolve. */
  readonly line: number | null;
  /** What to look for in the file to find the line. */
  readonly mentions: string | null;
}

const ERROR_LINE = /^(?:Uncaught )?((?:[A-Z]\w*)?(?:Error|Rejection|Exception))(?: \[\w+\])?: (.+)$/;
const NOISE = /^\s*$|^Node\.js v|^\(Use `node|^\s+at |^\s*\^+\s*$|^node:|triggerUncaughtException/;

/**
 * Finds the error and its place in what a Node process printed before it died: Node's own report of
 * an uncaught error, or a pino line with `err`. `codeDirs` are the folder of the code and its real path.
 */
export function parseBootError(printed: readonly string[], codeDirs: readonly string[]): BootError | null {
  const lines = printed.flatMap(unfoldJsonLine);
  const index = lines.findLastIndex((line) => ERROR_LINE.test(line));
  const text = index >= 0 ? lines[index] : lines.findLast((line) => !NOISE.test(line));
  if (text === undefined) return null;
  const shown = codeDirs.reduce(
    (shorter, dir) => shorter.replaceAll(`file://${dir}/`, '').replaceAll(`${dir}/`, ''),
    text,
  );
  const location = importLocation(text, codeDirs) ?? sourceLocation(lines, codeDirs) ?? null;
  return { message: shown.trim(), location };
}

/** A log line of pino's with an error in it becomes the lines of that error's stack. */
function unfoldJsonLine(line: string): string[] {
  if (!line.startsWith('{')) return [line];
  try {
    const parsed: unknown = JSON.parse(line);
    const stack = typeof parsed === 'object' && parsed !== null && 'err' in parsed ? stackOf(parsed.err) : null;
    return stack?.split('\n') ?? [line];
  } catch {
    return [line];
  }
}

function stackOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('stack' in error)) return null;
  return typeof error.stack === 'string' ? error.stack : null;
}

/** `Cannot find module '…' imported from …`: the importing file is the one to mend. */
function importLocation(text: string, codeDirs: readonly string[]): BootLocation | null {
  const match = /Cannot find (?:module|package) '([^']+)' imported from (.+)$/.exec(text);
  const file = match?.[2] && relativeTo(codeDirs, match[2]);
  if (!file) return null;
  const wanted = match?.[1] ?? '';
  return { file, line: null, mentions: wanted.startsWith('/') ? wanted.slice(wanted.lastIndexOf('/') + 1) : wanted };
}

/** The first `file:line` that lies in the code: Node's heading, or the innermost frame of the stack. */
function sourceLocation(lines: readonly string[], codeDirs: readonly string[]): BootLocation | null {
  for (const line of lines) {
    const match = /((?:file:\/\/)?\/.+?\.[cm]?[jt]s):(\d+)(?::\d+)?\)?$/.exec(line.trim());
    const file = match?.[1] && relativeTo(codeDirs, match[1]);
    if (file) return { file, line: Number(match?.[2]), mentions: null };
  }
  return null;
}

function relativeTo(codeDirs: readonly string[], named: string): string | null {
  const file = named.startsWith('file://') ? fileURLToPath(named) : named;
  const dir = codeDirs.find((candidate) => file.startsWith(`${candidate}/`));
  const relative = dir === undefined ? null : file.slice(dir.length + 1);
  return relative?.includes('node_modules/') ? null : relative;
}
