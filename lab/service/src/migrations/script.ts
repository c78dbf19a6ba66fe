import { MigrationError } from './migration-errors.ts';
import { type OutsideStatement, outlineOf, parseOutsideStatement } from './outside-transaction.ts';

/** One SQL file with what its header says. */
export interface Script {
  readonly sql: string;
  /** The only statement of a file with `-- transaction: none`; undefined for a file that is one transaction. */
  readonly outside: OutsideStatement | undefined;
  /** How long one statement may take; 0: as long as it needs. */
  readonly statementTimeoutMs: number;
  /** Data that are gone afterwards, in the words of the header, else the statements that drop them. */
  readonly loses: string | undefined;
  /** The backfill that must have ended before. */
  readonly needsBackfill: string | undefined;
}

const HEADER = /^--\s*(transaction|destructive|statement-timeout|needs-backfill):\s*(.*?)\s*$/;
/** A transaction keeps the locks of all its statements to its end, so none of them may take long. */
const STATEMENT_TIMEOUT_MS = 5_000;
/** Whatever else is dropped holds data. */
const DROPS_NO_DATA =
  'CONSTRAINT|INDEX|TRIGGER|FUNCTION|PROCEDURE|ROUTINE|POLICY|VIEW|MATERIALIZED|RULE|NOT|DEFAULT|EXPRESSION|IDENTITY|TYPE|DOMAIN';
const DATA_LOSS = new RegExp(`\\b(?:DROP (?!(?:${DROPS_NO_DATA})\\b)|TRUNCATE |DELETE FROM )[^;]*`, 'gi');

/** Throws MigrationError for a header or statements that cannot be run safely. */
export function parseScript(sql: string): Script {
  const headers = headersOf(sql);
  const isOutside = isWithoutTransaction(headers.get('transaction'));
  if (!isOutside) assertTransactional(outlineOf(sql));
  return {
    sql,
    outside: isOutside ? parseOutsideStatement(sql) : undefined,
    // What runs outside a transaction holds no lock that stops traffic, and a build may take hours.
    statementTimeoutMs: timeoutOf(headers.get('statement-timeout')) ?? (isOutside ? 0 : STATEMENT_TIMEOUT_MS),
    loses: headers.get('destructive') || dataLossOf(outlineOf(sql)),
    needsBackfill: headers.get('needs-backfill'),
  };
}

/** Lines `-- name: value` above the first statement. */
function headersOf(sql: string): ReadonlyMap<string, string> {
  const lines = sql.split('\n');
  const end = lines.findIndex((line) => !/^\s*(?:--.*)?$/.test(line));
  const top = end === -1 ? lines : lines.slice(0, end);
  return new Map(
    top.flatMap((line) => {
      const [, name, value] = HEADER.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

function isWithoutTransaction(value: string | undefined): boolean {
  if (value !== undefined && value !== 'none') throw new MigrationError('-- transaction: takes none.');
  return value === 'none';
}

function assertTransactional(outline: string): void {
  if (/\bINDEX CONCURRENTLY\b/i.test(outline)) {
    throw new MigrationError('CONCURRENTLY needs a file of its own, with -- transaction: none at its top.');
  }
  if (/(?:^|;) ?(?:BEGIN|COMMIT|ROLLBACK|START TRANSACTION)\b ?(?:;|$)/i.test(outline)) {
    throw new MigrationError('The runner begins and ends the transaction; leave BEGIN and COMMIT out.');
  }
}

function timeoutOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (value === 'none') return 0;
  const [, seconds] = /^([1-9]\d{0,4})s$/.exec(value) ?? [];
  if (seconds === undefined) throw new MigrationError('-- statement-timeout: takes seconds, such as 30s, or none.');
  return Number(seconds) * 1_000;
}

function dataLossOf(outline: string): string | undefined {
  const found = outline.match(DATA_LOSS) ?? [];
  return found.length === 0 ? undefined : found.map((statement) => statement.trim()).join('; ');
}
