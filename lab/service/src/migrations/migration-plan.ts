import { MigrationError } from './migration-errors.ts';
import type { Migration } from './migration-files.ts';
import type { Script } from './script.ts';

export interface AppliedMigration {
  readonly number: number;
  readonly checksum: string;
}

export interface MigrationRequest {
  readonly direction: 'up' | 'down';
  /** The last migration to apply, or the last one to keep. Default: all of them, or all but the newest. */
  readonly to?: number | undefined;
  /** On the way down, data may be lost. */
  readonly destructive?: boolean | undefined;
}

/** One migration to run in one direction. */
export interface MigrationStep {
  readonly migration: Migration;
  readonly direction: MigrationRequest['direction'];
  readonly script: Script;
}

/**
 * What to run, in order. Throws MigrationError when the history is not that of the files, and when a way back is missing
 * or would lose data that the request does not give up: before anything has been changed.
 */
export function planMigrations(
  files: readonly Migration[],
  applied: readonly AppliedMigration[],
  request: MigrationRequest,
): readonly MigrationStep[] {
  const { direction, to, destructive = false } = request;
  assertSameHistory(files, applied);
  if (to !== undefined && to !== 0 && !files.some(({ number }) => number === to)) {
    throw new MigrationError(`There is no migration ${to}.`);
  }
  const done = new Set(applied.map(({ number }) => number));
  if (direction === 'up') {
    const last = to ?? Number.POSITIVE_INFINITY;
    const due = files.filter(({ number }) => number <= last && !done.has(number));
    return due.map((migration) => ({ migration, direction, script: migration.up }));
  }
  const keep = to ?? applied.at(-2)?.number ?? 0;
  const undone = files.filter(({ number }) => number > keep && done.has(number)).reverse();
  return undone.map((migration) => ({ migration, direction, script: rollbackOf(migration, destructive) }));
}

export function describeMigration({ number, name }: Pick<Migration, 'number' | 'name'>): string {
  return `Migration ${number} (${name})`;
}

function rollbackOf(migration: Migration, destructive: boolean): Script {
  const { down, keepDown } = migration;
  const script = destructive ? (down ?? keepDown) : (keepDown ?? down);
  if (!script) throw new MigrationError(`${describeMigration(migration)} has no rollback file.`);
  if (destructive || !script.loses) return script;
  throw new MigrationError(
    `The rollback of migration ${migration.number} (${migration.name}) loses data: ${script.loses}. Nothing was changed. Give --destructive to lose them.`,
  );
}

function assertSameHistory(files: readonly Migration[], applied: readonly AppliedMigration[]): void {
  const byNumber = new Map(files.map((file) => [file.number, file]));
  for (const { number, checksum } of applied) {
    const file = byNumber.get(number);
    if (!file) throw new MigrationError(`Migration ${number} was applied, but its file is missing.`);
    if (file.checksum === checksum) continue;
    throw new MigrationError(
      `${describeMigration(file)} was changed after it was applied. Undo the edit and write a new migration.`,
    );
  }
  const newest = applied.at(-1)?.number ?? 0;
  const done = new Set(applied.map(({ number }) => number));
  const late = files.find(({ number }) => number < newest && !done.has(number));
  if (late) throw new MigrationError(`Migration ${late.number} comes before ${newest}, which is already applied.`);
}
