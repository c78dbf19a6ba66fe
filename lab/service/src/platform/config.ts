import { backfillVariables } from '../backfill/backfill-variables.ts';
import { migrationVariables } from './config/migration-config.ts';
import { serviceVariables } from './config/service-config.ts';
import { workerVariables } from './config/worker-config.ts';

export { ConfigurationError } from './config/environment.ts';
export { parseMigrationConfig } from './config/migration-config.ts';
export { parseServiceConfig, type ServiceConfig } from './config/service-config.ts';
export { parseWorkerConfig, type WorkerConfig } from './config/worker-config.ts';

/** Names of all variables that the programs read; `.env.example` documents each. */
export const variableNames: readonly string[] = [
  ...new Set([...serviceVariables, ...workerVariables, ...migrationVariables, ...Object.keys(backfillVariables)]),
];
