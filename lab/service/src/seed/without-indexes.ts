import type pg from 'pg';

interface Rebuild {
  readonly drop: string;
  readonly create: string;
}

/** Indexes that stand for a constraint come back with it. Keys come before the foreign keys that need them. */
const CONSTRAINTS = `
  SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS create
  FROM pg_constraint
  WHERE (conrelid = ANY ($1::regclass[]) AND contype IN ('p', 'u', 'f')) OR confrelid = ANY ($1::regclass[])
  ORDER BY contype <> 'f' DESC, oid`;
const INDEXES = `
  SELECT format('DROP INDEX %s', indexrelid::regclass) AS drop, pg_get_indexdef(indexrelid) AS create
  FROM pg_index
  WHERE indrelid = ANY ($1::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)`;

/** Building an index once takes a third of the time of keeping it up to date for every row. */
export async function withoutIndexes(
  client: pg.Client,
  tables: readonly string[],
  load: () => Promise<void>,
): Promise<void> {
  const { rows: constraints } = await client.query<Rebuild>(CONSTRAINTS, [tables]);
  const { rows: indexes } = await client.query<Rebuild>(INDEXES, [tables]);
  const rebuilds = [...constraints, ...indexes];
  for (const { drop } of rebuilds.toReversed()) await client.query(drop);
  await load();
  for (const { create } of rebuilds) await client.query(create);
}
