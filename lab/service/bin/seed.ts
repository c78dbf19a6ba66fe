import { parseArgs } from 'node:util';
import { withClient } from '../src/migrations/with-client.ts';
import { parseMigrationConfig } from '../src/platform/config.ts';
import { createLogger } from '../src/platform/logger.ts';
import { configureOrExit } from '../src/platform/run.ts';
import { SEED_SIZES, type SeedSize, seed } from '../src/seed/seed.ts';

const { values } = parseArgs({ options: { size: { type: 'string', default: 'small' } } });
const { size } = values;

if (Object.hasOwn(SEED_SIZES, size)) {
  const { databaseUrl: url } = configureOrExit(process, () => parseMigrationConfig(process.env));
  const plan = SEED_SIZES[size as SeedSize];
  const startedAtMs = performance.now();
  await withClient({ url, name: 'shelfwise-seed' }, (client) => seed(client, plan));
  createLogger('info').info({ size, ...plan, durationMs: Math.round(performance.now() - startedAtMs) }, 'seeded');
} else {
  process.stderr.write(`Use: seed.ts [--size ${Object.keys(SEED_SIZES).join('|')}]\n`);
  process.exitCode = 1;
}
