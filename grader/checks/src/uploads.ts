import type { Evidence, Finding, TableDump } from '@lab/sdk';
import { generousMs } from './charges.ts';
import { numberOrNull, operationList } from './evidence-views.ts';

/** One file of an experiment, or one thing that was done with it, as the lab saw it from outside. */
export type UploadRow = TableDump['rows'][number];

/** Rows of these experiments in a table of this name; null where nobody wrote one. */
export function uploadRows(
  { tables }: Evidence,
  table: string,
  experiments: readonly string[],
): readonly UploadRow[] | null {
  const found = tables.filter((dump) => dump.table === table);
  if (found.length === 0) return null;
  return found.flatMap(({ rows }) => rows).filter((row) => experiments.includes(textOf(row, 'experiment') ?? ''));
}

export function textOf(row: UploadRow, name: string): string | null {
  const value = row[name];
  return typeof value === 'string' ? value : null;
}

export function numberOf(row: UploadRow, name: string): number | null {
  return numberOrNull(row[name]);
}

/** True for a status of success. Nothing was said: false. */
export function isTaken(status: unknown): boolean {
  return typeof status === 'number' && status >= 200 && status < 300;
}

/** `status 204`, or that there was none. */
export function said(status: unknown, code: unknown = null): string {
  if (typeof status !== 'number') return 'nothing';
  return typeof code === 'string' ? `${status} ${code}` : `${status}`;
}

export interface Problem {
  readonly code: string;
  readonly row: UploadRow;
  /** What was seen of this file, as the end of a sentence that begins with its name. */
  readonly seen: string;
}

/** One of each kind for each file: the same file is looked at more than once. */
export function eachOnce(problems: readonly Problem[]): readonly Problem[] {
  const nameOf = ({ code, row }: Problem): string => `${code} ${row['upload']}`;
  return [...new Map(problems.toReversed().map((problem) => [nameOf(problem), problem])).values()].toReversed();
}

interface Rule {
  readonly code: string;
  /** What must hold, as a sentence. */
  readonly rule: string;
}

const examplesMax = 3;

/** One finding for each code: the rule, and up to three files that broke it. */
export function problemFindings(problems: readonly Problem[], rules: readonly Rule[]): readonly Finding[] {
  return rules.flatMap(({ code, rule }): Finding[] => {
    const found = problems.filter((problem) => problem.code === code);
    const [first] = found;
    if (first === undefined) return [];
    const examples = found.slice(0, examplesMax).map(({ row, seen }) => `${textOf(row, 'what')}: ${seen}`);
    const more = found.length - examples.length;
    const operations = [...new Set(found.flatMap(({ row }) => operationsOf(row)))];
    const experiment = textOf(first.row, 'experiment');
    return [
      {
        code,
        severity: 'failure',
        message: `${rule} ${examples.join('; ')}${more > 0 ? `; and ${more} more` : ''}. See ${operationList(operations)}.`,
        measured: {
          text: `${found.length} ${found.length === 1 ? 'file' : 'files'}`,
          value: found.length,
          unit: 'files',
        },
        expected: { text: 'none', value: 0, unit: 'files' },
        atMs: numberOf(first.row, 'atMs'),
        refs: { ...(experiment === null ? {} : { experiment }), operations: operations.slice(0, 5) },
      },
    ];
  });
}

function operationsOf(row: UploadRow): readonly number[] {
  return [numberOf(row, 'operation'), numberOf(row, 'confirmOperation')].filter((id) => id !== null);
}

const afterwards = 'Whoever sends what is allowed gets it back.';

const servedRules: readonly Rule[] = [
  { code: 'UPLOAD_REFUSED', rule: `${afterwards} An allowed file was refused.` },
  { code: 'NOT_IN_THE_STORE', rule: 'What a customer has sent lies in the store, byte for byte.' },
  { code: 'NOT_READY', rule: `${afterwards} An allowed file was confirmed and did not become "ready".` },
  { code: 'READY_LATE', rule: 'With nothing wrong, a confirmed file is decided soon.' },
  { code: 'OTHER_CONTENT_SERVED', rule: `${afterwards} Something else came back.` },
  { code: 'NO_THUMBNAIL', rule: 'A picture has a thumbnail in WebP.' },
];

/** What became of allowed files that should have come through: nothing but the first problem of each. */
export function notServed(evidence: Evidence, rows: readonly UploadRow[], withinMs: number): readonly Finding[] {
  const limitMs = generousMs(withinMs, evidence);
  const wanted = rows.filter((row) => row['expected'] === 'ready');
  return problemFindings(
    wanted.flatMap((row) => {
      const found = notServedBecause(row, limitMs);
      return found === null ? [] : [{ ...found, row }];
    }),
    servedRules,
  );
}

function notServedBecause(row: UploadRow, limitMs: number): Omit<Problem, 'row'> | null {
  const { announced, way, sent, confirmed, status, served } = row;
  if (!isTaken(announced))
    return { code: 'UPLOAD_REFUSED', seen: `its announcement was answered with ${said(announced)}` };
  if (way === null) return { code: 'UPLOAD_REFUSED', seen: 'the answer to its announcement told no way to the store' };
  if (!isTaken(sent)) return { code: 'UPLOAD_REFUSED', seen: `the store said ${said(sent, row['sentCode'])}` };
  if (row['inStore'] === false)
    return { code: 'NOT_IN_THE_STORE', seen: 'it was taken, and the store does not have it' };
  if (!isTaken(confirmed))
    return { code: 'UPLOAD_REFUSED', seen: `its confirmation was answered with ${said(confirmed)}` };
  if (status !== 'ready') return { code: 'NOT_READY', seen: `it is "${status}"${reasonOf(row)}` };
  const decidedMs = numberOf(row, 'decidedAfterMs');
  if (decidedMs !== null && decidedMs > limitMs) return { code: 'READY_LATE', seen: `after ${decidedMs} ms` };
  if (served !== 200)
    return { code: 'NOT_READY', seen: `it is "ready", and getting it was answered with ${said(served)}` };
  if (!isSameContent(row)) return { code: 'OTHER_CONTENT_SERVED', seen: 'other content' };
  if (row['kept'] === false) return { code: 'NOT_IN_THE_STORE', seen: 'it is served, and the store does not have it' };
  return row['thumbnail'] === false ? { code: 'NO_THUMBNAIL', seen: 'none' } : null;
}

/** The same bytes; a picture may also be drawn anew, as large as it was. */
function isSameContent(row: UploadRow): boolean {
  if (row['servedSha256'] === row['sha256']) return true;
  const isPicture = textOf(row, 'servedKind')?.startsWith('image/') === true;
  return isPicture && textOf(row, 'contentType')?.startsWith('image/') === true && row['sameSize'] === true;
}

export function reasonOf(row: UploadRow): string {
  const reason = textOf(row, 'reason');
  return reason === null ? '' : ` (${reason})`;
}
