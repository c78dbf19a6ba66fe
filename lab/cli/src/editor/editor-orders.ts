import { relative } from 'node:path';
import { UsageError } from '@lab/sdk';
import { z } from 'zod';
import { chooseScenario } from '../choose-scenario.ts';
import { quoted } from '../connect/client-commands.ts';
import type { Context } from '../context.ts';
import { fileById, knownFiles } from './known-files.ts';
import { findEditor, noEditor, openWindow } from './open-in-editor.ts';

const orderSchema = z.strictObject({
  scenario: z
    .string()
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
    .max(100),
  id: z.string().regex(/^[0-9a-f]{16}$/),
  line: z.int().min(1).max(1_000_000).optional(),
});

/** The files that a page may name. */
export async function filesDocument(context: Context, id: string): Promise<unknown> {
  const scenario = await chooseScenario(context, id);
  return { schema: 'lab.console-files/1', scenario: scenario.id, files: (await knownFiles(context, scenario)).files };
}

/**
 * Opens a file in the editor of whoever sits here, on the order of a page; `order` comes from outside.
 *
 * @throws UsageError `E_BODY`, `E_FILE_UNKNOWN`, and `E_TERMINAL_EDITOR` with what to type.
 */
export async function openOrdered(context: Context, order: unknown): Promise<unknown> {
  const parsed = orderSchema.safeParse(order);
  if (!parsed.success) {
    throw new UsageError('E_BODY', { message: `The order does not fit: ${z.prettifyError(parsed.error)}.` });
  }
  const { id, line = null } = parsed.data;
  const scenario = await chooseScenario(context, parsed.data.scenario);
  const known = await knownFiles(context, scenario);
  const file = fileById(known, id);
  const editor = await findEditor(context.io.env);
  if (editor === null) throw noEditor();
  if (editor.isTerminal) {
    const name = `${relative(known.dir, file)}${line === null ? '' : `:${line}`}`;
    throw new UsageError('E_TERMINAL_EDITOR', {
      message: `Your editor, ${editor.name}, needs a terminal, and a page has none. Type:`,
      hint: `npx lab open ${scenario.id} --file ${quoted(name)}`,
    });
  }
  await openWindow(editor, { file, line }, context.io.env);
  return { opened: true, editor: editor.name };
}
