import { type Migration, MigrationError } from './migration-files.ts';

export interface AppliedMigration {
  readonly number: number;
  readonly checksum: string;
}

export interface MigrationRequest {
  readonly direction: 'up' | 'down';
  /** The last migration to apply, or the last one to keep. Default: all of them, or all but the newest. */
  readonly to?: number | undefined;
}

/** The migrations to run, in order. Throws MigrationError when the history is not that of the files. */
export function planMigrations(
  files: readonly Migration[],
  applied: readonly AppliedMigration[],
  { direction, to }: MigrationRequest,
): readonly Migration[] {
  assertSameHistory(files, applied);
  if (to !== undefined && to !== 0 && !files.some(({ number }) => number === to)) {
    throw new MigrationError(`There is no migration ${to}.`);
  }
  const done = new Set(applied.map(({ number }) => number));
  if (direction === 'up') {
    const last = to ?? Number.POSITIVE_INFINITY;
    return files.filter(({ number }) => number <= last && !done.has(number));
  }
  const keep = to ?? applied.at(-2)?.number ?? 0;
  return files.filter(({ number }) => number > keep && done.has(number)).reverse();
}

function assertSameHistory(files: readonly Migration[], applied: readonly AppliedMigration[]): void {
  const byNumber = new Map(files.map((file) => [file.number, file]));
  for (const { number, checksum } of applied) {
    const file = byNumber.get(number);
    if (!file) throw new MigrationError(`Migration ${number} was applied, but its file is missing.`);
    if (file.checksum === checksum) continue;
    throw new MigrationError(
      `Migration ${number} (${file.name}) was changed after it was applied. Undo the edit and write a new migration.`,
    );
  }
  const newest = applied.at(-1)?.number ?? 0;
  const done = new Set(applied.map(({ number }) => number));
  const late = files.find(({ number }) => number < newest && !done.has(number));
  if (late) throw new MigrationError(`Migration ${late.number} comes before ${newest}, which is already applied.`);
}
