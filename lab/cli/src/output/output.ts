import type { Io } from '../io.ts';
import { canRewrite, createPaint, type Paint, wantsColor } from './paint.ts';

/** A document that a command prints with `--json`. */
export interface Document {
  readonly schema: string;
  readonly [field: string]: unknown;
}

/** Results go to stdout, all else to stderr. */
export interface Output {
  readonly json: boolean;
  readonly quiet: boolean;
  /** For stdout. */
  readonly paint: Paint;
  /** For stderr. */
  readonly paintProgress: Paint;
  readonly color: boolean;
  readonly width: number;
  readonly rewrites: boolean;
  /** The document with `--json`, else the lines. */
  result(document: Document, lines: () => readonly string[]): void;
  /** Progress and remarks; nothing with `--quiet`. */
  say(line: string): void;
  /** Errors and warnings; also with `--quiet`. */
  warn(line: string): void;
  /** Unfinished text on stderr, as a line that is rewritten. */
  raw(text: string): void;
}

const widthDefault = 80;

export function createOutput(io: Io, options: { json: boolean; quiet: boolean }): Output {
  const color = wantsColor(io.env, io.stdout);
  return {
    ...options,
    color,
    paint: createPaint(color),
    paintProgress: createPaint(wantsColor(io.env, io.stderr)),
    width: io.stdout.columns ?? widthDefault,
    rewrites: canRewrite(io.env, io.stderr) && !options.quiet,
    result(document, lines) {
      io.stdout.write(options.json ? `${JSON.stringify(document, null, 2)}\n` : joinLines(lines()));
    },
    say(line) {
      if (!options.quiet) io.stderr.write(`${line}\n`);
    },
    warn(line) {
      io.stderr.write(`${line}\n`);
    },
    raw(text) {
      if (!options.quiet) io.stderr.write(text);
    },
  };
}

function joinLines(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
