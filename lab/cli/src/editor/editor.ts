import { basename } from 'node:path';

/** A program that somebody edits with. */
export interface Editor {
  readonly program: string;
  /** Its own arguments, before the file. */
  readonly args: readonly string[];
  /** As people know it. */
  readonly name: string;
  /** It needs a terminal, which a page has not. */
  readonly isTerminal: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const terminalEditors = new Set(
  'ed emacs-nox ex helix hx jed joe kak mcedit micro nano ne nvim pico vi view vim vim.basic vim.tiny'.split(' '),
);
const terminalFlags = new Set(['-nw', '-t', '-tty', '--no-window-system', '--tty']);

/** The editor that the environment names; null where it names none. */
export function namedEditor(env: Environment): Editor | null {
  for (const variable of ['LAB_EDITOR', 'VISUAL', 'EDITOR']) {
    const [program, ...args] = words(env[variable] ?? '');
    if (program !== undefined) return editorOf(program, args);
  }
  return null;
}

export function editorOf(program: string, args: readonly string[] = []): Editor {
  const name = basename(program).replace(/\.(?:exe|cmd)$/i, '');
  const isEmacsInTerminal = /^emacs/.test(name) && args.some((arg) => terminalFlags.has(arg));
  return { program, args, name, isTerminal: terminalEditors.has(name) || isEmacsInTerminal };
}

/** Arguments that show a file, at a line where the program is known to take one. `file` in full: it is no option. */
export function editorArguments({ name, args }: Editor, file: string, line: number | null): readonly string[] {
  return [...args, ...(line === null ? [file] : withLine(name, file, line))];
}

function withLine(name: string, file: string, line: number): readonly string[] {
  if (/^(?:code|code-insiders|codium|vscodium|cursor|windsurf|positron)$/.test(name))
    return ['--goto', `${file}:${line}`];
  if (/^(?:subl|sublime_text|zed|zeditor|hx|helix|micro)$/.test(name)) return [`${file}:${line}`];
  if (/^(?:idea|webstorm|phpstorm|pycharm|goland|fleet)\d*(?:\.sh)?$/.test(name)) return ['--line', String(line), file];
  if (/^kate$/.test(name)) return ['--line', String(line), file];
  const takesPlus = terminalEditors.has(name) || /^(?:emacs(?:client)?|gvim|mvim|gedit|gnome-text-editor)$/.test(name);
  return takesPlus ? [`+${line}`, file] : [file];
}

/** What stands between spaces; quotation marks keep spaces together. No shell ever sees it. */
function words(text: string): string[] {
  const found = text.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g);
  return [...found].map(([word]) =>
    word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_all, double, single) => double ?? single),
  );
}
