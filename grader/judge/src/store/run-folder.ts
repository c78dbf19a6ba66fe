import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Evidence, LabError, type Report, reportSchema, UsageError } from '@lab/sdk';
import type { z } from 'zod';
import {
  evidencePart,
  labHealthSchema,
  type Manifest,
  manifestSchema,
  operationSchema,
  rowSchema,
  sampleSchema,
} from './evidence-schema.ts';

/** Whole or not at all: a reader never sees half a file. */
export async function writeAtomically(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, content);
  await rename(`${file}.new`, file);
}

/** JSON turns these into `null`, and a check would then judge something that was never measured. */
function assertFinite(key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  throw new Error(`The evidence holds ${value} in "${key}": the runner recorded something that is no number.`);
}

function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, assertFinite, indent);
}

function toLines(items: readonly unknown[]): string {
  return items.map((item) => `${toJson(item)}\n`).join('');
}

function tableFiles(evidence: Evidence): Manifest['files']['tables'] {
  return evidence.tables.map(({ table, rows }, index) => {
    const name = table.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-');
    return { table, file: `${String(index + 1).padStart(2, '0')}-${name}.ndjson`, rows: rows.length };
  });
}

/** Writes the evidence of a run into its folder; `evidence.json` comes last and vouches for the rest. */
export async function storeEvidence(runDir: string, evidence: Evidence): Promise<void> {
  const { history, samples, tables, labHealth, ...rest } = evidence;
  const listed = tableFiles(evidence);
  const manifest = { ...rest, files: { history: history.length, samples: samples.length, tables: listed } };
  // All is put into text before the first file is written: what cannot be stored leaves nothing behind.
  const contents = [
    ['history.ndjson', toLines(history)],
    ['samples.ndjson', toLines(samples)],
    ['lab-health.json', `${toJson(labHealth, 2)}\n`],
    ...listed.map(({ file }, index) => [join('tables', file), toLines(tables[index]?.rows ?? [])] as const),
  ] as const;
  const manifestText = `${toJson(manifest, 2)}\n`;
  await Promise.all(contents.map(([file, content]) => writeAtomically(join(runDir, file), content)));
  await writeAtomically(join(runDir, 'evidence.json'), manifestText);
}

/**
 * Reads what `storeEvidence` wrote, exactly.
 *
 * @throws UsageError `E_RUN_NOT_FOUND`. @throws LabError `E_RUN_DAMAGED`, `E_RUN_NEWER`.
 */
export async function loadEvidence(runDir: string): Promise<Evidence> {
  const manifest = await loadManifest(runDir);
  const [history, samples, labHealth, tables] = await Promise.all([
    readLines(join(runDir, 'history.ndjson'), operationSchema, manifest.files.history),
    readLines(join(runDir, 'samples.ndjson'), sampleSchema, manifest.files.samples),
    readJson(join(runDir, 'lab-health.json')).then((value) =>
      parse(labHealthSchema, value, join(runDir, 'lab-health.json')),
    ),
    Promise.all(
      manifest.files.tables.map(async ({ table, file, rows }) => ({
        table,
        rows: await readLines(join(runDir, 'tables', file), rowSchema, rows),
      })),
    ),
  ]);
  return { ...evidencePart(manifest), history, samples, labHealth, tables };
}

async function loadManifest(runDir: string): Promise<Manifest> {
  const file = join(runDir, 'evidence.json');
  const value = await readJson(file).catch((error: unknown) => {
    if (error instanceof LabError && error.code === 'E_RUN_FILE_MISSING') throw noEvidence(runDir);
    throw error;
  });
  const version =
    typeof value === 'object' && value !== null && 'schemaVersion' in value ? value.schemaVersion : undefined;
  if (typeof version === 'number' && version > 1) throw newer(file, `schema version ${version}`);
  return parse(manifestSchema, value, file);
}

function noEvidence(runDir: string): UsageError {
  return new UsageError('E_RUN_NOT_FOUND', {
    message: `${runDir} holds no evidence: there is no such run, or it ended before its evidence was written.`,
    hint: 'npx lab run list',
  });
}

function newer(file: string, what: string): LabError {
  return new LabError('E_RUN_NEWER', {
    message: `${file} has ${what}; this lab reads older ones only.`,
    hint: 'update the lab, then run the command again',
  });
}

function damaged(file: string, why: string, cause?: unknown): LabError {
  return new LabError('E_RUN_DAMAGED', {
    message: `${file} is damaged: ${why}.`,
    hint: 'grade again with npx lab grade; a damaged run cannot be judged',
    cause,
  });
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (!isMissing) throw cause;
    throw new LabError('E_RUN_FILE_MISSING', {
      message: `${file} is missing from the run.`,
      hint: 'grade again with npx lab grade; a run with missing files cannot be judged',
      cause,
    });
  }
}

async function readJson(file: string): Promise<unknown> {
  const text = await readText(file);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw damaged(file, 'it is not JSON', cause);
  }
}

function parse<T>(schema: z.ZodType<T>, value: unknown, file: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw damaged(
    file,
    `${issue?.path.map(String).join('.') || 'the document'}: ${issue?.message ?? 'unknown problem'}`,
    parsed.error,
  );
}

async function readLines<T>(file: string, schema: z.ZodType<T>, expected: number): Promise<T[]> {
  const lines = (await readText(file)).split('\n');
  if (lines.pop() !== '') throw damaged(file, 'its last line is cut off');
  if (lines.length !== expected) throw damaged(file, `it has ${lines.length} lines, and ${expected} were written`);
  return lines.map((line, index) => parseLine(line, { schema, file, number: index + 1 }));
}

function parseLine<T>(line: string, context: { schema: z.ZodType<T>; file: string; number: number }): T {
  const place = `${context.file}:${context.number}`;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw damaged(place, 'the line is not JSON', cause);
  }
  return parse(context.schema, value, place);
}

/** Writes `report.json`. */
export async function storeReport(runDir: string, report: Report): Promise<void> {
  await writeAtomically(join(runDir, 'report.json'), `${toJson(report, 2)}\n`);
}

/** Reads `report.json`. @throws UsageError `E_REPORT_NOT_FOUND`. @throws LabError `E_RUN_DAMAGED`, `E_RUN_NEWER`. */
export async function loadReport(runDir: string): Promise<Report> {
  const file = join(runDir, 'report.json');
  const value = await readJson(file).catch((error: unknown) => {
    if (!(error instanceof LabError) || error.code !== 'E_RUN_FILE_MISSING') throw error;
    throw new UsageError('E_REPORT_NOT_FOUND', { message: `${runDir} holds no report.`, hint: 'npx lab run list' });
  });
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (typeof schema === 'string' && /^lab\.grade\/(?:[2-9]|\d\d)/.test(schema)) throw newer(file, `schema ${schema}`);
  return parse(reportSchema, value, file);
}
