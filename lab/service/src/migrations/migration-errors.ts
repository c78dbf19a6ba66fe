/** Thrown for migration files, a history or a request that do not fit together, and for a migration that fails. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** Thrown when the database is busy or away and the same command may succeed later. */
export class TryLaterError extends Error {
  override readonly name = 'TryLaterError';
}
