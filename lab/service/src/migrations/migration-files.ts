import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { MigrationError } from './migration-errors.ts';
import { parseScript, type Script } from './script.ts';

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly up: Script;
  /** The written rollback. */
  readonly down: Script | undefined;
  /** A second way back, which takes away as much as it can without losing data. */
  readonly keepDown: Script | undefined;
  /** Of the way up: it is history once it was applied. */
  readonly checksum: string;
}

const SQL_FILE = /^(\d{4})_([a-z0-9_]+)(\.keep)?(\.down)?\.sql$/;

/**
 * Reads `NNNN_name.sql`, `NNNN_name.down.sql` and `NNNN_name.keep.down.sql` of a folder, in order. Throws MigrationError
 * for doubled numbers, for a file that belongs to nothing, and for what cannot be run safely.
 */
export async function readMigrations(folder: URL): Promise<readonly Migration[]> {
  const files = new Set((await readdir(folder)).filter((file) => file.endsWith('.sql')));
  const ups = [...files].filter((file) => SQL_FILE.test(file) && !file.endsWith('.down.sql')).sort();
  const known = new Set(ups.flatMap((file) => [file, ...rollbacksOf(file)]));
  const stray = [...files].find((file) => !known.has(file));
  if (stray) throw new MigrationError(`${stray} is neither NNNN_name.sql nor the rollback of such a file.`);
  const migrations = await Promise.all(ups.map((file) => readMigration(folder, file, files)));
  for (const [index, { number }] of migrations.entries()) {
    if (migrations[index + 1]?.number === number) throw new MigrationError(`Two migrations have the number ${number}.`);
  }
  return migrations;
}

function rollbacksOf(file: string): readonly [down: string, keepDown: string] {
  return [file.replace(/\.sql$/, '.down.sql'), file.replace(/\.sql$/, '.keep.down.sql')];
}

async function readMigration(folder: URL, file: string, files: ReadonlySet<string>): Promise<Migration> {
  const [, digits = '', name = ''] = SQL_FILE.exec(file) ?? [];
  const [downFile, keepDownFile] = rollbacksOf(file);
  const readIfThere = async (rollback: string) =>
    files.has(rollback) ? await readScript(folder, rollback) : undefined;
  const [up, down, keepDown] = await Promise.all([
    readScript(folder, file),
    readIfThere(downFile),
    readIfThere(keepDownFile),
  ]);
  if (keepDown?.loses) throw new MigrationError(`${keepDownFile} is to keep all data, and loses: ${keepDown.loses}.`);
  return {
    number: Number(digits),
    name,
    up,
    down,
    keepDown,
    checksum: createHash('sha256').update(up.sql).digest('hex'),
  };
}

async function readScript(folder: URL, file: string): Promise<Script> {
  const sql = await readFile(new URL(file, folder), 'utf8');
  try {
    return parseScript(sql);
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    throw new MigrationError(`${file}: ${error.message}`, { cause: error });
  }
}
