import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { reportSchema } from '../src/index.ts';

/** One shipped document: the file's name and what it is made from. */
export interface SchemaSource {
  readonly file: string;
  readonly title: string;
  readonly schema: z.ZodType;
}

const sources: readonly SchemaSource[] = [
  { file: 'lab.grade.1.schema.json', title: 'lab.grade/1: the report of one grade', schema: reportSchema },
];

/**
 * The JSON Schema of a document. From the input side, so that fields added later within the same
 * major version do not fail older readers.
 */
export function schemaText({ file, title, schema }: SchemaSource): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
  return `${JSON.stringify({ $schema, $id: `https://brownout.invalid/schemas/${file}`, title, ...rest }, null, 2)}\n`;
}

/** The formatter decides line breaks; they are no difference. */
function compact(text: string): string {
  return text.replaceAll(/\s+/g, '');
}

/** Names of the files in `dir` that are not what the sources give. Empty when all are up to date. */
export async function outdatedSchemas(dir: string): Promise<string[]> {
  const stale = await Promise.all(
    sources.map(async (source) => {
      const stored = await readFile(join(dir, source.file), 'utf8').catch(() => '');
      return compact(stored) === compact(schemaText(source)) ? [] : [source.file];
    }),
  );
  return stale.flat();
}

/** Writes every schema file into `dir`. */
export async function writeSchemas(dir: string): Promise<void> {
  await Promise.all(sources.map((source) => writeFile(join(dir, source.file), schemaText(source))));
}

// Run as a program: writes, or with --check compares and exits 1 naming what is out of date.
if (import.meta.main) {
  const dir = import.meta.dirname;
  if (process.argv.includes('--check')) {
    const stale = await outdatedSchemas(dir);
    if (stale.length > 0) {
      process.stderr.write(`Out of date: ${stale.join(', ')}. Run: node lab/sdk/schemas/generate.ts\n`);
      process.exitCode = 1;
    }
  } else {
    await writeSchemas(dir);
  }
}
