import * as z from 'zod';
import { type Environment, parseEnvironment, postgresUrl } from './environment.ts';

const schema = z.object({ DATABASE_MIGRATION_URL: postgresUrl });

export const migrationVariables = Object.keys(schema.shape);

/** Configuration of `bin/migrate.ts` and `bin/seed.ts`. Throws ConfigurationError. */
export function parseMigrationConfig(environment: Environment) {
  return Object.freeze({ databaseUrl: parseEnvironment(schema, environment).DATABASE_MIGRATION_URL });
}
