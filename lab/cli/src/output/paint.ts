import type { Io, TextOutput } from '../io.ts';

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

export type Paint = Readonly<Record<Style, (text: string) => string>>;

const codes: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

/** NO_COLOR wins, then FORCE_COLOR, then TERM=dumb; else colour goes to terminals only. */
export function wantsColor(env: Io['env'], output: TextOutput): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return output.isTTY === true && env['TERM'] !== 'dumb';
}

/** A line can be rewritten in place only on a terminal that knows how. */
export function canRewrite(env: Io['env'], output: TextOutput): boolean {
  return output.isTTY === true && env['TERM'] !== 'dumb';
}

export function createPaint(color: boolean): Paint {
  const styles = Object.entries(codes).map(([style, [on, off]]) => [
    style,
    (text: string) => (color ? `\u001b[${on}m${text}\u001b[${off}m` : text),
  ]);
  return Object.fromEntries(styles) as Paint;
}

/** Length as seen on the screen. */
export function visibleLength(text: string): number {
  return text.replaceAll(escapePattern, '').length;
}

/** What a learner's code or another program printed must not steer the terminal. */
export function withoutControls(text: string): string {
  return [...text.replaceAll(escapePattern, '')].filter((character) => !isControl(character)).join('');
}

// Built from its code, so that the source itself holds no control character.
const escapePattern = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, 'g');

function isControl(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  const isLayout = character === '\n' || character === '\t';
  return !isLayout && (code < 32 || (code >= 127 && code < 160));
}
