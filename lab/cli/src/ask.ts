import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Context } from './context.ts';

/** Asks on stderr; Ctrl-C and the end of input count as no answer. */
export async function ask(context: Context, question: string): Promise<string> {
  const { io, signal } = context;
  io.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: io.stdin, output: nowhere });
  const closed = new Promise<string>((resolve) => reader.once('close', () => resolve('')));
  try {
    return await Promise.race([reader.question('', { signal }), closed]);
  } finally {
    reader.close();
  }
}
