import { MigrationError } from './migration-errors.ts';

/** A statement that runs outside a transaction, so it must bear to be repeated after a crash in the middle. */
export type OutsideStatement =
  /** A crash leaves an invalid index behind, which has to be dropped before the index is built again. */
  { readonly kind: 'create-index'; readonly index: string; readonly table: string } | { readonly kind: 'repeatable' };

const NAME = '(?:"[^"]+"|[a-z_][a-z0-9_$]*)';
const CREATE_INDEX = new RegExp(
  `^CREATE (?:UNIQUE )?INDEX CONCURRENTLY (?<index>${NAME}) ON (?:ONLY )?(?<table>(?:${NAME}\\.)?${NAME})(?: |\\()`,
  'i',
);
const REPEATABLE = [
  /^DROP INDEX CONCURRENTLY IF EXISTS /i,
  /^ALTER TABLE .+ VALIDATE CONSTRAINT [^,]+$/i,
  /^VACUUM\b/i,
  /^ANALYZE\b/i,
];

/** SQL without comments and with single spaces: enough to tell statements apart, not to run them. */
export function outlineOf(sql: string): string {
  return sql
    .replace(/--.*$/gm, ' ')
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Throws MigrationError for what a crash could leave half done without a way to tell. */
export function parseOutsideStatement(sql: string): OutsideStatement {
  const outline = outlineOf(sql).replace(/;$/, '');
  if (/^CREATE (?:UNIQUE )?INDEX CONCURRENTLY IF NOT EXISTS /i.test(outline)) {
    throw new MigrationError(
      'IF NOT EXISTS takes an invalid index of a failed build for a good one. Leave it out: an invalid index is dropped and built again.',
    );
  }
  const { index, table } = CREATE_INDEX.exec(outline)?.groups ?? {};
  if (index && table) return { kind: 'create-index', index: foldedName(index), table };
  if (REPEATABLE.some((pattern) => pattern.test(outline))) return { kind: 'repeatable' };
  throw new MigrationError(
    'Outside a transaction there can be one CREATE INDEX CONCURRENTLY with a name, DROP INDEX CONCURRENTLY IF EXISTS, ALTER TABLE … VALIDATE CONSTRAINT, VACUUM or ANALYZE. Anything else could be left half done: put it into a file with a transaction.',
  );
}

/** The name as the catalogue has it. */
function foldedName(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1) : name.toLowerCase();
}
