import type { MigrationSite, TableDump } from '@lab/sdk';

/** One thing of the schema that a migration must leave where it is. */
interface Thing {
  /** Its number in the catalogue: a thing that is made anew has another. */
  readonly id: number;
  readonly kind: string;
  readonly table: string;
  readonly definition: string;
}

/** The schema of a database at one moment, and how many books there are. */
export interface SchemaState {
  readonly things: readonly Thing[];
  readonly books: number;
}

type Rows = TableDump['rows'];

// By definition and not by name: who renames a constraint has lost nothing.
const thingsSql = `
  WITH tables AS (
    SELECT c.oid, n.nspname || '.' || c.relname AS name, c.relrowsecurity, c.relforcerowsecurity, c.relacl
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'lab')
      AND n.nspname NOT LIKE 'pg\\_%'
  )
  SELECT t.oid::bigint AS id, 'column' AS kind, t.name AS table,
    a.attname || ' ' || format_type(a.atttypid, a.atttypmod) AS definition
  FROM tables AS t JOIN pg_attribute AS a ON a.attrelid = t.oid WHERE a.attnum > 0 AND NOT a.attisdropped
  UNION ALL SELECT k.oid::bigint, 'constraint', t.name, pg_get_constraintdef(k.oid)
  FROM tables AS t JOIN pg_constraint AS k ON k.conrelid = t.oid
  UNION ALL SELECT i.indexrelid::bigint, 'index', t.name,
    regexp_replace(pg_get_indexdef(i.indexrelid), ' INDEX \\S+ ON', ' INDEX ON')
  FROM tables AS t JOIN pg_index AS i ON i.indrelid = t.oid
  UNION ALL SELECT g.oid::bigint, 'trigger', t.name, pg_get_triggerdef(g.oid)
  FROM tables AS t JOIN pg_trigger AS g ON g.tgrelid = t.oid
  WHERE NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgname NOT LIKE 'zz\\_lab%'
  UNION ALL SELECT p.oid::bigint, 'policy', t.name,
    concat_ws(' ', p.polcmd::text, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
  FROM tables AS t JOIN pg_policy AS p ON p.polrelid = t.oid
  UNION ALL SELECT t.oid::bigint, 'row-level security', t.name, CASE WHEN t.relforcerowsecurity THEN 'forced' ELSE 'on' END
  FROM tables AS t WHERE t.relrowsecurity
  UNION ALL SELECT t.oid::bigint, 'right', t.name, a.privilege_type || ' for ' || a.grantee::regrole::text
  FROM tables AS t, aclexplode(t.relacl) AS a WHERE a.grantee <> 0
  UNION ALL SELECT t.oid::bigint, 'right', t.name, x.privilege_type || ' (' || a.attname || ') for ' || x.grantee::regrole::text
  FROM tables AS t JOIN pg_attribute AS a ON a.attrelid = t.oid, aclexplode(a.attacl) AS x
  WHERE x.grantee <> 0 AND NOT a.attisdropped`;

export async function readSchema(site: MigrationSite): Promise<SchemaState> {
  const rows = await site.query(thingsSql);
  const [counted] = await site.query('SELECT count(*)::integer AS books FROM books');
  return {
    things: rows.map((row) => ({
      id: Number(row['id']),
      kind: String(row['kind']),
      table: String(row['table']),
      definition: String(row['definition']),
    })),
    books: Number(counted?.['books'] ?? 0),
  };
}

/** What was there and is not, and the other way round. With `sameThings`, one that was made anew is both. */
export function changesBetween(
  before: SchemaState,
  after: SchemaState,
  { sameThings }: { readonly sameThings: boolean },
): Rows {
  const keyOf = ({ id, kind, table, definition }: Thing): string =>
    [...(sameThings ? [id] : []), kind, table, definition].join(' ');
  const missingIn = (one: SchemaState, other: SchemaState): readonly Thing[] => {
    const there = new Set(other.things.map(keyOf));
    return one.things.filter((thing) => !there.has(keyOf(thing)));
  };
  const row =
    (change: string) =>
    ({ kind, table, definition }: Thing) => ({ change, kind, table, definition });
  return [...missingIn(before, after).map(row('gone')), ...missingIn(after, before).map(row('new'))];
}

const flawsSql = `
  SELECT 'unvalidated' AS kind, conrelid::regclass::text AS table, conname AS name
  FROM pg_constraint WHERE NOT convalidated AND conrelid <> 0
  UNION ALL SELECT 'invalid-index', i.indrelid::regclass::text, c.relname
  FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid WHERE NOT i.indisvalid AND c.relkind = 'i'`;

/** Constraints that nobody has validated, and indexes that no query may use. */
export async function readFlaws(site: MigrationSite): Promise<Rows> {
  const rows = await site.query(flawsSql);
  return rows.map((row) => ({
    kind: String(row['kind']),
    table: String(row['table']),
    name: String(row['name']),
  }));
}
