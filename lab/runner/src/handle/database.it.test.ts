import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabaseAdminUrl } from '../testing/test-environment.ts';
import { openDatabaseHandle } from './database.ts';

const table = `books_${randomBytes(4).toString('hex')}`;
let admin: Client;

beforeAll(async () => {
  admin = new Client({ connectionString: testDatabaseAdminUrl() });
  await admin.connect();
  await admin.query(`CREATE TABLE ${table} (title text)`);
});
afterAll(async () => {
  await admin.query(`DROP TABLE ${table}`);
  await admin.end();
});

test('a question whose connection is still being made is given up with the signal too', async () => {
  const abort = new AbortController();
  const options = { url: testDatabaseAdminUrl(), run: 'test', experiment: 'signal' };
  const handle = await openDatabaseHandle({ ...options, signal: abort.signal });
  await admin.query('BEGIN');
  try {
    await admin.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    // Side by side, so that each needs a connection of its own.
    const asked = [1, 2].map(() => handle.query(`SELECT title FROM ${table}`).catch(() => 'given up'));
    const fromMs = performance.now();
    abort.abort();
    expect(await Promise.all(asked)).toEqual(['given up', 'given up']);
    await handle[Symbol.asyncDispose]();
    expect(performance.now() - fromMs).toBeLessThan(10_000);
  } finally {
    await admin.query('ROLLBACK');
  }
});

test('a question that waits for a lock is given up with the signal, and the handle can be closed', async () => {
  const abort = new AbortController();
  const handle = await openDatabaseHandle({
    url: testDatabaseAdminUrl(),
    run: 'test',
    experiment: 'signal',
    signal: abort.signal,
  });
  await admin.query('BEGIN');
  try {
    await admin.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    const asked = handle.query(`SELECT title FROM ${table}`).then(
      () => 'answered',
      () => 'given up',
    );
    const waits = `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = '${table}'::regclass`;
    await expect.poll(async () => (await admin.query(waits)).rowCount).toBe(1);
    const fromMs = performance.now();
    abort.abort();
    expect(await asked).toBe('given up');
    await expect(handle.query(`SELECT title FROM ${table}`)).rejects.toThrow('abort');
    await handle[Symbol.asyncDispose]();
    expect(performance.now() - fromMs).toBeLessThan(10_000);
  } finally {
    await admin.query('ROLLBACK');
  }
});
