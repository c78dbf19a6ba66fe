import { backfillCommand } from '../src/backfill/backfill-command.ts';
import { parseBackfillConfig } from '../src/backfill/backfill-variables.ts';
import { BACKFILLS } from '../src/backfill/backfills.ts';
import { createLogger } from '../src/platform/logger.ts';
import { configureOrExit } from '../src/platform/run.ts';

const stopping = new AbortController();
// A second signal ends the process at once; the next run goes on from the last batch.
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopping.abort());

process.exitCode = await backfillCommand({
  argv: process.argv.slice(2),
  ...configureOrExit(process, () => parseBackfillConfig(process.env)),
  backfills: BACKFILLS,
  log: createLogger('info'),
  print: (text) => process.stdout.write(text),
  signal: stopping.signal,
});
