import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  /** Path of the written rollback; undefined when there is none. */
  readonly downFile: URL | undefined;
  readonly checksum: string;
}

/** Thrown for migration files or a history that do not fit together. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

const UP_FILE = /^(\d{4})_([a-z0-9_]+)\.sql$/;

/** Reads `NNNN_name.sql` and `NNNN_name.down.sql` of a folder, in order. Throws MigrationError for doubled numbers. */
export async function readMigrations(folder: URL): Promise<readonly Migration[]> {
  const files = new Set(await readdir(folder));
  const upFiles = [...files].filter((file) => UP_FILE.test(file)).sort();
  const migrations = await Promise.all(upFiles.map((file) => readMigration(folder, file, files)));
  for (const [index, { number }] of migrations.entries()) {
    if (migrations[index + 1]?.number === number) throw new MigrationError(`Two migrations have the number ${number}.`);
  }
  return migrations;
}

async function readMigration(folder: URL, file: string, files: ReadonlySet<string>): Promise<Migration> {
  const [, digits = '', name = ''] = UP_FILE.exec(file) ?? [];
  const sql = await readFile(new URL(file, folder), 'utf8');
  const downFile = file.replace(/\.sql$/, '.down.sql');
  return {
    number: Number(digits),
    name,
    sql,
    downFile: files.has(downFile) ? new URL(downFile, folder) : undefined,
    checksum: createHash('sha256').update(sql).digest('hex'),
  };
}
