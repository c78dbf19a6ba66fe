import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { EnvironmentError } from '@lab/sdk';
import type { Io } from '../io.ts';
import { startForPerson } from '../open-in-browser.ts';
import { type Editor, editorArguments, editorOf, namedEditor } from './editor.ts';

/** A file in full, and the line to show. */
export interface Place {
  readonly file: string;
  /** From 1; null for none. */
  readonly line: number | null;
}

/** The editor that the environment names, else VS Code where it is on the PATH; null where there is neither. */
export async function findEditor(env: Io['env']): Promise<Editor | null> {
  const named = namedEditor(env);
  if (named !== null) return named;
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter((entry) => isAbsolute(entry))) {
    const program = join(folder, 'code');
    const isThere = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return editorOf(program);
  }
  return null;
}

/** Opens a window with the file. Without a shell: names of files are nothing but arguments. @throws EnvironmentError `E_EDITOR`. */
export async function openWindow(editor: Editor, { file, line }: Place, env: Io['env']): Promise<void> {
  if (await startForPerson(editor.program, editorArguments(editor, file, line), env)) return;
  throw cannotRun(editor);
}

/** Runs an editor in this terminal, until it ends. @throws EnvironmentError `E_EDITOR`. */
export async function openInTerminal(editor: Editor, { file, line }: Place, env: Io['env']): Promise<void> {
  const child = spawn(editor.program, editorArguments(editor, file, line), { env, stdio: 'inherit' });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  child.once('error', () => resolve(false));
  child.once('exit', () => resolve(true));
  if (!(await promise)) throw cannotRun(editor);
}

function cannotRun({ program }: Editor): EnvironmentError {
  return new EnvironmentError('E_EDITOR', {
    message: `Your editor could not be started: ${program}.`,
    hint: 'name another in LAB_EDITOR, as LAB_EDITOR="code --reuse-window"',
  });
}

export function noEditor(): EnvironmentError {
  return new EnvironmentError('E_NO_EDITOR', {
    message: 'No editor is known: LAB_EDITOR, VISUAL and EDITOR are empty, and code is not on the PATH.',
    hint: 'name yours in LAB_EDITOR, as LAB_EDITOR=code',
  });
}
