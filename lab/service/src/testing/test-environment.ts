/** PostgreSQL as a superuser; each test file makes a database and roles of its own there. */
export function testDatabaseAdminUrl(): string {
  return required('TEST_DATABASE_ADMIN_URL', 'the URL of a PostgreSQL superuser');
}

/** A Redis that tests may write to. Keys never meet, because every test makes tenants of its own. */
export function testRedisUrl(): string {
  return required('TEST_REDIS_URL', 'the URL of a Redis');
}

function required(name: string, meaning: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(
    `${name} (${meaning}) is not set. Run \`npx vitest run --project stack\`: it starts both and sets it.`,
  );
}
