import { parseArgs } from 'node:util';
import { migrateCommand } from '../src/migrations/migrate-command.ts';
import { parseMigrationConfig } from '../src/platform/config.ts';
import { createLogger } from '../src/platform/logger.ts';
import { configureOrExit } from '../src/platform/run.ts';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { to: { type: 'string' } } });

process.exitCode = await migrateCommand({
  arguments: { positionals, to: values.to },
  databaseUrl: configureOrExit(process, () => parseMigrationConfig(process.env)).databaseUrl,
  folder: new URL('../migrations/', import.meta.url),
  log: createLogger('info'),
});
