import * as z from 'zod';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Thrown when the environment cannot be used; the message lists every wrong variable, never a secret's value. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

const SECRETS = new Set(['DATABASE_URL', 'DATABASE_MIGRATION_URL', 'REDIS_CACHE_URL', 'JWT_SECRET']);

const port = (fallback: string) => integer({ min: 0, max: 65_535, fallback });
const milliseconds = (min: number, fallback: string) => integer({ min, max: 86_400_000, fallback });
const postgresUrl = url(['postgres:', 'postgresql:']);
const redisUrl = url(['redis:', 'rediss:']);

/** What both programs that serve need. */
const processSchema = z.object({
  ENVIRONMENT: z.enum(['development', 'test', 'production']).default('development'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  HOST: z.string().default('127.0.0.1'),
  INTERNAL_PORT: port('3001'),
  DATABASE_URL: postgresUrl,
  DATABASE_POOL_MAX: integer({ min: 1, max: 100, fallback: '10' }),
  REDIS_CACHE_URL: redisUrl,
  BOOK_CACHE_TTL_SECONDS: integer({ min: 1, max: 86_400, fallback: '300' }),
  SHUTDOWN_TIMEOUT_MS: integer({ min: 100, max: 60_000, fallback: '10000' }),
});

const serviceSchema = z.object({
  ...processSchema.shape,
  PORT: port('3000'),
  JWT_SECRET: z.string().min(32, 'at least 32 characters'),
  ACCESS_TOKEN_TTL_SECONDS: integer({ min: 1, max: 86_400, fallback: '900' }),
  SHUTDOWN_DELAY_MS: integer({ min: 0, max: 60_000, fallback: '0' }),
});

const workerSchema = z.object({
  ...processSchema.shape,
  PAYMENT_URL: url(['http:', 'https:']),
  PAYMENT_TIMEOUT_MS: integer({ min: 10, max: 60_000, fallback: '2000' }),
  JOB_LEASE_MS: milliseconds(100, '30000'),
  JOB_ATTEMPTS_MAX: integer({ min: 1, max: 100, fallback: '8' }),
  BACKOFF_BASE_MS: milliseconds(1, '2000'),
  BACKOFF_CAP_MS: milliseconds(1, '3600000'),
  JOB_CONCURRENCY: integer({ min: 1, max: 100, fallback: '8' }),
  OUTBOX_POLL_MS: integer({ min: 10, max: 60_000, fallback: '250' }),
});

const migrationSchema = z.object({ DATABASE_MIGRATION_URL: postgresUrl });

export type ServiceConfig = ReturnType<typeof parseServiceConfig>;
export type WorkerConfig = ReturnType<typeof parseWorkerConfig>;

/** Names of all variables that the programs read; `.env.example` documents each. */
export const variableNames: readonly string[] = [
  ...new Set([serviceSchema, workerSchema, migrationSchema].flatMap(({ shape }) => Object.keys(shape))),
];

/** Configuration of `bin/api.ts`. Throws ConfigurationError. */
export function parseServiceConfig(environment: Environment) {
  const values = parseEnvironment(serviceSchema, environment);
  return Object.freeze({
    ...processConfig(values),
    port: values.PORT,
    jwtSecret: values.JWT_SECRET,
    accessTokenTtlSeconds: values.ACCESS_TOKEN_TTL_SECONDS,
    shutdownDelayMs: values.SHUTDOWN_DELAY_MS,
  });
}

/** Configuration of `bin/worker.ts`. Throws ConfigurationError. */
export function parseWorkerConfig(environment: Environment) {
  const values = parseEnvironment(workerSchema, environment);
  return Object.freeze({
    ...processConfig(values),
    paymentUrl: values.PAYMENT_URL,
    paymentTimeoutMs: values.PAYMENT_TIMEOUT_MS,
    jobLeaseMs: values.JOB_LEASE_MS,
    jobAttemptsMax: values.JOB_ATTEMPTS_MAX,
    backoffBaseMs: values.BACKOFF_BASE_MS,
    backoffCapMs: values.BACKOFF_CAP_MS,
    jobConcurrency: values.JOB_CONCURRENCY,
    outboxPollMs: values.OUTBOX_POLL_MS,
  });
}

function processConfig(values: z.output<typeof processSchema>) {
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

/** Configuration of `bin/migrate.ts` and `bin/seed.ts`. Throws ConfigurationError. */
export function parseMigrationConfig(environment: Environment) {
  return Object.freeze({
    databaseUrl: parseEnvironment(migrationSchema, environment).DATABASE_MIGRATION_URL,
  });
}

function parseEnvironment<T extends z.ZodObject>(schema: T, environment: Environment): z.output<T> {
  // An empty variable counts as missing: `PORT=` in a file means "not set", never 0.
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = schema.safeParse(present);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    return `${name}: expected ${expectation(message)}, found ${describe(name, present[name])}`;
  });
  throw new ConfigurationError(`The configuration is not usable.\n  ${problems.join('\n  ')}`);
}

function expectation(message: string): string {
  return message.replace(/^Invalid (?:input|option): expected /, '').replace(/, received .*$/, '');
}

function describe(name: string, value: string | undefined): string {
  if (value === undefined) return 'nothing';
  return SECRETS.has(name) ? `a hidden value of ${value.length} characters` : JSON.stringify(value);
}

function integer({ min, max, fallback }: { min: number; max: number; fallback: string }) {
  const expected = `a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, expected)
    .transform(Number)
    .refine((value) => value >= min && value <= max, expected)
    .prefault(fallback);
}

function url(protocols: readonly string[]) {
  const expected = `a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`;
  return z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), expected);
}
