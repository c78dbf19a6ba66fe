import { randomUUID } from 'node:crypto';
import { hashPassword } from '../auth/password.ts';
import { parseServiceConfig } from '../platform/config.ts';
import type { Role } from '../platform/request-context.ts';
import { startService } from '../service.ts';
import { type LogLine, recordingLog } from './recording-log.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';
import { testRedisUrl } from './test-environment.ts';

export interface TestTenant {
  readonly id: string;
  readonly slug: string;
  /** Of books "Title 1", "Title 2" … in this order. */
  readonly bookIds: readonly string[];
}

interface RequestOptions {
  readonly method?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads the fields it expects, and fails when they are not there.
  readonly json: any;
}

export interface TestService extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly url: string;
  readonly internalUrl: string;
  readonly logs: readonly LogLine[];
  request(path: string, options?: RequestOptions): Promise<Answer>;
  createTenant(options?: { books?: number }): Promise<TestTenant>;
  /** An access token for the tenant's member of staff with this role. */
  signIn(tenant: TestTenant, role?: Role): Promise<string>;
}

const PASSWORD = 'correct horse battery staple';

/** The whole service on free ports, with a database of its own. */
export async function startTestService(environment: Readonly<Record<string, string>> = {}): Promise<TestService> {
  const database = await createTestDatabase();
  const logs: LogLine[] = [];
  const config = parseServiceConfig({
    ENVIRONMENT: 'test',
    PORT: '0',
    INTERNAL_PORT: '0',
    DATABASE_URL: database.appUrl,
    REDIS_CACHE_URL: testRedisUrl(),
    JWT_SECRET: 'a secret that only tests ever use, 32 characters or more',
    // Where a test names the store of limits: a busy machine takes its time.
    LIMITS_TIMEOUT_MS: '5000',
    ...environment,
  });
  const service = await startService(config, recordingLog(logs));
  const passwordHash = await hashPassword(PASSWORD, { parallelism: 1 });
  const url = `http://127.0.0.1:${service.port}`;
  const request = (path: string, options: RequestOptions = {}) => send(new URL(path, url), options);

  return {
    database,
    url,
    internalUrl: `http://127.0.0.1:${service.internalPort}`,
    logs,
    request,
    createTenant: ({ books = 3 } = {}) => createTenant(database, { passwordHash, books }),
    async signIn({ slug }, role = 'admin') {
      const body = { tenant: slug, email: `${role}@${slug}.example`, password: PASSWORD };
      const { json } = await request('/v2/auth/token', { method: 'POST', body });
      return json.accessToken;
    },
    async [Symbol.asyncDispose]() {
      await service.stop();
      await database[Symbol.asyncDispose]();
    },
  };
}

export { PASSWORD as TEST_PASSWORD };

async function send(url: URL, { method = 'GET', token, headers = {}, body }: RequestOptions): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson && text ? JSON.parse(text) : undefined,
  };
}

async function createTenant(
  { query }: TestDatabase,
  { passwordHash, books }: { passwordHash: string; books: number },
): Promise<TestTenant> {
  const id = randomUUID();
  const slug = `shop-${id.slice(0, 8)}`;
  await query("INSERT INTO tenants (id, slug, name, plan) VALUES ($1, $2, 'Test shop', 'pro')", [id, slug]);
  await query(
    `INSERT INTO users (tenant_id, id, email, password_hash, role)
     SELECT $1, gen_random_uuid(), role || '@' || $2 || '.example', $3, role
     FROM unnest(ARRAY['admin', 'editor', 'clerk']) AS role`,
    [id, slug, passwordHash],
  );
  const rows = await query<{ id: string }>(
    `INSERT INTO books (tenant_id, id, isbn, title, author_name, price_cents, currency, stock)
     SELECT $1, gen_random_uuid(), n::text, 'Title ' || n, 'Author ' || n, 1000 + n, 'EUR', n
     FROM generate_series(1, $2::integer) AS n RETURNING id`,
    [id, books],
  );
  return { id, slug, bookIds: rows.map((row) => row.id) };
}
