import { BACKFILLS } from '../src/backfill/backfills.ts';
import { migrateCommand } from '../src/migrations/migrate-command.ts';
import { parseMigrationConfig } from '../src/platform/config.ts';
import { createLogger } from '../src/platform/logger.ts';
import { configureOrExit } from '../src/platform/run.ts';

const stopping = new AbortController();
// A second signal ends the process at once; the next run repairs what that leaves.
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopping.abort());

process.exitCode = await migrateCommand({
  argv: process.argv.slice(2),
  databaseUrl: () => configureOrExit(process, () => parseMigrationConfig(process.env)).databaseUrl,
  folder: new URL('../migrations/', import.meta.url),
  rolloutFile: new URL('../rollout.json', import.meta.url),
  backfills: BACKFILLS.map(({ name }) => name),
  log: createLogger('info'),
  print: (text) => process.stdout.write(text),
  signal: stopping.signal,
});
