import type { TestDatabase } from './test-database.ts';

/** All rows of one tenant by table, each as an object and in a fixed order. */
export type TenantRows = Readonly<Record<string, readonly unknown[]>>;

const TABLES = `
  SELECT c.relname AS name FROM pg_class AS c
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
  WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY c.relname`;
/** Shorter text is no evidence: a status or a currency is the same in every shop. */
const WORD_LENGTH_MIN = 8;

/** By the catalogue, not by a list: a table that comes later needs no mention anywhere. */
export async function tenantTables({ query }: Pick<TestDatabase, 'query'>): Promise<readonly string[]> {
  return (await query<{ name: string }>(TABLES)).map(({ name }) => name);
}

export async function rowsOfTenant(database: Pick<TestDatabase, 'query'>, tenantId: string): Promise<TenantRows> {
  const rows: Record<string, readonly unknown[]> = {};
  for (const table of await tenantTables(database)) {
    const select = `SELECT to_jsonb(t) AS row FROM "${table}" AS t WHERE tenant_id = $1 ORDER BY to_jsonb(t)::text`;
    rows[table] = (await database.query<{ row: unknown }>(select, [tenantId])).map(({ row }) => row);
  }
  return rows;
}

/** Every text in these rows that is long enough to say whose they are. */
export function wordsIn(value: unknown): ReadonlySet<string> {
  const words = new Set<string>();
  const collect = (part: unknown): void => {
    if (typeof part === 'string' && part.length >= WORD_LENGTH_MIN) words.add(part);
    else if (typeof part === 'object' && part !== null) for (const inner of Object.values(part)) collect(inner);
  };
  collect(value);
  return words;
}

/** What one tenant has that another has not. */
export function wordsOfOne(theirs: TenantRows, others: TenantRows): readonly string[] {
  const common = wordsIn(others);
  return [...wordsIn(theirs)].filter((word) => !common.has(word));
}
