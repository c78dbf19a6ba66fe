import { stripVTControlCharacters } from 'node:util';

const styles = { bold: '1', dim: '2', red: '31', green: '32', yellow: '33' } as const;

export type Style = keyof typeof styles;
export type Paint = (style: Style, text: string) => string;

/** Colours only where the caller's terminal wants them; every mark reads without. */
export function createPaint(color: boolean): Paint {
  if (!color) return (_style, text) => text;
  return (style, text) => `\u001b[${styles[style]}m${text}\u001b[0m`;
}

/**
 * Messages may quote a service's own output; its control characters could move the cursor or retitle
 * the window.
 */
export function withoutControls(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/(?!\n)\p{Cc}/gu, ' ');
}

/** Text that no form of report chokes on: no control characters, no half of a surrogate pair, no non-character. */
export function inert(text: string): string {
  return withoutControls(text).replaceAll(/[\p{Cs}\uFFFE\uFFFF]/gu, '\uFFFD');
}

/** Milliseconds as seconds, without the unit. */
export function seconds(ms: number, digits: number): string {
  return (ms / 1_000).toFixed(digits);
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns that a text takes, near enough: one per character as people see it, none for colours. */
export function columns(text: string): number {
  return [...segmenter.segment(stripVTControlCharacters(text))].length;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columns(text)));
}

/**
 * Lines of at most `width` columns, broken between words. A word that is too long stays whole, so
 * that a path or a command can be copied. Line ends in the text are kept.
 */
export function wrap(text: string, width: number): string[] {
  return withoutControls(text)
    .split('\n')
    .flatMap((line) => wrapLine(line, width));
}

function wrapLine(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || columns(longer) <= width) {
      line = longer;
    } else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** Wrapped text whose first line begins with `first`, and the others with as many spaces. */
export function hanging(first: string, text: string, width: number): string[] {
  const indent = columns(first);
  const lines = wrap(text, Math.max(20, width - indent));
  return lines.map((line, index) => (index === 0 ? first : ' '.repeat(indent)) + line);
}
