/** PostgreSQL as a superuser; each test file makes a database of its own there. */
export function testDatabaseAdminUrl(): string {
  const value = process.env['TEST_DATABASE_ADMIN_URL'];
  if (value) return value;
  throw new Error(
    'TEST_DATABASE_ADMIN_URL is not set. Run `npx vitest run --project stack`: it starts PostgreSQL and sets it.',
  );
}
