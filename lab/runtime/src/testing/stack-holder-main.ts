import process from 'node:process';
import pg from 'pg';
import { startPostgres } from '../parts/postgres/start-postgres.ts';
import { startRedis } from '../parts/redis/start-redis.ts';
import { startEcho } from '../parts/start-echo.ts';
import { startToxiproxy } from '../parts/start-toxiproxy.ts';
import { openRun } from '../supervision/open-run.ts';
import type { ToolPaths } from '../tools/tool-types.ts';

// A lab that starts a small stack, says so in one line of JSON and never cleans up: the tests end it.

interface HolderOptions {
  readonly repoRoot: string;
  readonly cacheDir: string;
  readonly tools: ToolPaths;
  /** Every part is paused when the line comes. */
  readonly isPaused: boolean;
}

const { isPaused, ...options } = JSON.parse(process.argv[2] ?? '{}') as HolderOptions;
const quiet = (): void => {};
const { ctx, guardian } = await openRun({
  ...options,
  signal: new AbortController().signal,
  log: { info: quiet, warn: quiet, error: quiet },
});
const template = { key: 'empty', build: async () => {} };
const parts = await Promise.all([
  startPostgres(ctx, { template }),
  startRedis(ctx, { name: 'redis-cache', maxMemoryMiB: 16, policy: 'allkeys-lru' }),
  startToxiproxy(ctx),
  startEcho(ctx),
]);
const [postgres, redis, toxiproxy, echo] = parts;
const proxy = await toxiproxy.proxy('postgres', postgres);
const database = await postgres.freshDatabase();
// A session that works and never looks up: killed PostgreSQL leaves such a one running.
const busy = new pg.Client({ connectionString: postgres.adminUrl(database) });
busy.on('error', quiet);
await busy.connect();
busy.query(`do $$ begin loop end loop; end $$`).catch(quiet);
if (isPaused) await Promise.all(parts.map((part) => part.pause()));
const ports = [postgres.port, redis.port, Number(new URL(toxiproxy.apiUrl).port), proxy.port, echo.port];
process.stdout.write(
  `${JSON.stringify({ runDir: ctx.runDir, guardian: guardian.pid(), postgres: postgres.pid, ports })}\n`,
);
