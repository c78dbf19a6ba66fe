import * as z from 'zod';
import { integer, port, postgresUrl, redisUrl } from './environment.ts';

/** What both programs that serve need. */
export const processVariables = {
  ENVIRONMENT: z.enum(['development', 'test', 'production']).default('development'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  HOST: z.string().default('127.0.0.1'),
  INTERNAL_PORT: port('3001'),
  DATABASE_URL: postgresUrl,
  DATABASE_POOL_MAX: integer({ min: 1, max: 100, fallback: '10' }),
  REDIS_CACHE_URL: redisUrl,
  BOOK_CACHE_TTL_SECONDS: integer({ min: 1, max: 86_400, fallback: '300' }),
  SHUTDOWN_TIMEOUT_MS: integer({ min: 100, max: 60_000, fallback: '10000' }),
};

const processSchema = z.object(processVariables);

export function processConfig(values: z.output<typeof processSchema>) {
  return {
    environment: values.ENVIRONMENT,
    logLevel: values.LOG_LEVEL,
    host: values.HOST,
    internalPort: values.INTERNAL_PORT,
    databaseUrl: values.DATABASE_URL,
    databasePoolMax: values.DATABASE_POOL_MAX,
    redisCacheUrl: values.REDIS_CACHE_URL,
    bookCacheTtlSeconds: values.BOOK_CACHE_TTL_SECONDS,
    shutdownTimeoutMs: values.SHUTDOWN_TIMEOUT_MS,
  };
}
