import pg from 'pg';
import { parseMigrationConfig } from '../src/platform/config.ts';
import { createLogger } from '../src/platform/logger.ts';
import { configureOrExit } from '../src/platform/run.ts';
import { DEFAULT_PLAN, seed } from '../src/seed/seed.ts';

const { databaseUrl } = configureOrExit(process, () => parseMigrationConfig(process.env));
const startedAtMs = performance.now();
const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
await client.connect();
await seed(client, DEFAULT_PLAN).finally(() => client.end());
createLogger('info').info({ ...DEFAULT_PLAN, durationMs: Math.round(performance.now() - startedAtMs) }, 'seeded');
