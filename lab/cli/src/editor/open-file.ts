import { pathToFileURL } from 'node:url';
import { chooseScenario } from '../choose-scenario.ts';
import { quoted } from '../connect/client-commands.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { editorArguments } from './editor.ts';
import { fileByName, type KnownFiles, knownFiles } from './known-files.ts';
import { findEditor, noEditor, openInTerminal, openWindow, type Place } from './open-in-editor.ts';

/** `lab open --file`: a file of the workspace in the learner's editor; for a program, and without a terminal, how. */
export async function openFile(context: Context, given: { scenario: unknown; name: string }): Promise<number> {
  const { io, output, interactive } = context;
  const scenario = await chooseScenario(context, given.scenario);
  const place = placeOf(await knownFiles(context, scenario), given.name);
  const editor = await findEditor(io.env);
  if (editor === null) throw noEditor();
  const command = [editor.program, ...editorArguments(editor, place.file, place.line)].map(quoted).join(' ');
  const opened = !output.json && (interactive || !editor.isTerminal);
  if (opened) await (editor.isTerminal ? openInTerminal : openWindow)(editor, place, io.env);
  const url = pathToFileURL(place.file).href;
  output.result({ schema: 'lab.open/1', run: '', file: place.file, url, opened, command }, () =>
    opened ? [place.file] : [command],
  );
  return exitCode.done;
}

/** `src/a.ts:12` names a line, unless a file is called that. */
function placeOf(known: KnownFiles, name: string): Place {
  const [, path, line] = /^(.+):(\d{1,7})$/.exec(name) ?? [];
  const isFile = known.files.some((file) => file.path === name);
  if (path === undefined || isFile) return { file: fileByName(known, name), line: null };
  return { file: fileByName(known, path), line: Math.max(1, Number(line)) };
}
