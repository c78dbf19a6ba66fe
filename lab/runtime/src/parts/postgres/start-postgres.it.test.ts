import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plantListener } from '../../testing/planted-listener.ts';
import { makeTestFolder, openTestRun, type TestRun } from '../../testing/test-run.ts';
import { toolsForTests } from '../../testing/tools-for-tests.ts';
import type { ToolPaths } from '../../tools/tool-types.ts';
import { type StartedPostgres, startPostgres } from './start-postgres.ts';
import type { TemplateSpec } from './template-store.ts';

let tools: ToolPaths;
let cacheRoot: string;
let cacheDir: string;
let builds = 0;

const template: TemplateSpec = {
  key: 'books-1',
  async build({ adminUrl }) {
    builds += 1;
    await query(
      adminUrl,
      `create table books as select n, 'title ' || n as title from generate_series(1, 1000) n;
       create role shop_app login password 'shop';
       grant select, insert on books to shop_app;
       grant create on database template_build to shop_app;
       alter database template_build set statement_timeout = '7s';
       alter role shop_app in database template_build set search_path = 'public', 'other';`,
    );
  },
};

beforeAll(async () => {
  tools = await toolsForTests(['postgres']);
  cacheRoot = makeTestFolder();
  cacheDir = path.join(cacheRoot, 'cache');
  mkdirSync(cacheDir);
});
afterAll(() => rmSync(cacheRoot, { recursive: true, force: true }));

async function query(connectionString: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  try {
    const answer = await client.query<Record<string, unknown>>(sql);
    return answer.rows;
  } finally {
    await client.end();
  }
}

interface Started extends AsyncDisposable {
  readonly run: TestRun;
  readonly postgres: StartedPostgres;
}

async function start(spec: { template?: TemplateSpec; firstPort?: number } = {}): Promise<Started> {
  const run = await openTestRun({ tools, cacheDir });
  try {
    const postgres = await startPostgres(run.ctx, { template, ...spec });
    return {
      run,
      postgres,
      async [Symbol.asyncDispose]() {
        await postgres[Symbol.asyncDispose]();
        await run[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await run[Symbol.asyncDispose]();
    throw error;
  }
}

const storeNames = (): string[] => readdirSync(path.join(cacheDir, 'postgres-templates'));
const templateDir = (): string => path.join(cacheDir, 'postgres-templates', storeNames()[0] ?? '');

describe('the template', () => {
  test('is built once and used again', async () => {
    await (await start())[Symbol.asyncDispose]();
    await (await start())[Symbol.asyncDispose]();
    expect(builds).toBe(1);
    expect(storeNames()).toHaveLength(1);
  });

  test.each([
    ['a file was cut', () => truncateSync(path.join(templateDir(), 'data', 'global', '1260'), 0)],
    ['the password is gone', () => rmSync(path.join(templateDir(), 'superuser-password'))],
  ])('is built again, and the log says so, when %s', async (_, damage) => {
    const before = builds;
    damage();
    await using started = await start();
    expect(builds).toBe(before + 1);
    expect(started.run.messages.join()).toContain('template database damaged, building it again');
    expect(storeNames()).toHaveLength(1);
  });

  test('that two labs build at once is built by the first', async () => {
    const spec = { template: { ...template, key: 'books-2' } };
    const both = await Promise.all([start(spec), start(spec)]);
    for (const { postgres } of both) {
      const database = await postgres.freshDatabase();
      expect(await query(postgres.adminUrl(database), 'select count(*)::int from books')).toEqual([{ count: 1000 }]);
    }
    for (const started of both) await started[Symbol.asyncDispose]();
    expect(storeNames()).toHaveLength(2);
  });

  test('whose build fails leaves nothing behind', async () => {
    const before = storeNames();
    const build = async (): Promise<void> => {
      throw new Error('migration 7 failed');
    };
    await expect(start({ template: { key: 'broken', build } })).rejects.toThrow('migration 7 failed');
    expect(storeNames()).toEqual(before);
  });
});

describe('a fresh database', () => {
  test('is an exact copy, with the rights on it and its settings', async () => {
    await using started = await start();
    const { postgres } = started;
    const database = await postgres.freshDatabase();
    expect(database).toBe('shop');
    const url = postgres.urlFor('shop_app', 'shop', database);
    const [row] = await query(
      url,
      `select (select count(*)::int from books) as books, current_setting('statement_timeout') as limit,
              current_setting('search_path') as path, has_database_privilege(current_database(), 'create') as create`,
    );
    expect(row).toEqual({ books: 1000, limit: '7s', path: 'public, other', create: true });
  });

  test('has nothing of the former one, whose connections are closed', async () => {
    await using started = await start();
    const { postgres } = started;
    const url = postgres.adminUrl(await postgres.freshDatabase());
    const open = new pg.Client({ connectionString: url });
    const errors: Error[] = [];
    open.on('error', (error) => errors.push(error));
    await open.connect();
    await open.query('delete from books; create table own (n int)');
    await postgres.freshDatabase();
    expect(await query(url, `select count(*)::int, to_regclass('own') as own from books`)).toEqual([
      { count: 1000, own: null },
    ]);
    expect(errors.length).toBeGreaterThan(0);
  });

  test('asked for several times at once is made one after the other', async () => {
    await using started = await start();
    const { postgres } = started;
    expect(await Promise.all([1, 2, 3].map(() => postgres.freshDatabase()))).toEqual(['shop', 'shop', 'shop']);
    const names = await query(postgres.adminUrl('postgres'), 'select datname from pg_database order by 1');
    expect(names.map((row) => row.datname)).toContain('shop');
  });

  test('that cannot be made is told to the next who asks, and tried again for the one after', async () => {
    await using started = await start();
    const { postgres } = started;
    const admin = postgres.adminUrl('postgres');
    await postgres.freshDatabase();
    await postgres.freshDatabase();
    await waitForSpare(admin);
    await query(admin, 'alter database template_shop rename to elsewhere');
    await postgres.freshDatabase(); // The spare that was ready; the next one fails.
    await expect(postgres.freshDatabase()).rejects.toMatchObject({ code: 'E_SPARE_FAILED' });
    await query(admin, 'alter database elsewhere rename to template_shop');
    expect(await postgres.freshDatabase()).toBe('shop');
  });
});

async function waitForSpare(admin: string): Promise<void> {
  const sql = `select 1 from pg_stat_activity where query like 'create database%' and state = 'active'`;
  await expect.poll(async () => (await query(admin, sql)).length, { timeout: 20_000 }).toBe(0);
  const spares = `select 1 from pg_database where datname like 'spare%'`;
  await expect.poll(async () => (await query(admin, spares)).length, { timeout: 20_000 }).toBe(1);
}

describe('the server', () => {
  test('listens on this machine only, without a socket file, and keeps its secrets', async () => {
    await using started = await start();
    const { postgres, run } = started;
    const [row] = await query(
      postgres.adminUrl('postgres'),
      `select current_setting('listen_addresses') as listen, current_setting('unix_socket_directories') as sockets,
              current_setting('fsync') as fsync, current_setting('max_connections') as connections,
              current_setting('shared_preload_libraries') as libraries, current_setting('is_superuser') as superuser`,
    );
    expect(row).toEqual({
      listen: '127.0.0.1',
      sockets: '',
      fsync: 'off',
      connections: '200',
      libraries: 'pg_stat_statements',
      superuser: 'on',
    });
    const stranger = postgres.urlFor(postgres.superuser.user, 'wrong', 'postgres');
    await expect(query(stranger, 'select 1')).rejects.toThrow('password authentication failed');
    expect(readFileSync(path.join(run.ctx.runDir, 'journal.ndjson'), 'utf8')).not.toContain(
      postgres.superuser.password,
    );
    if (process.platform === 'linux') {
      expect(readFileSync(`/proc/${postgres.pid}/cmdline`, 'utf8')).not.toContain(postgres.superuser.password);
    }
  });

  test('starts on another port when its own is taken', async () => {
    await using taken = await plantListener();
    await using started = await start({ firstPort: taken.port });
    expect(started.postgres.port).not.toBe(taken.port);
  });

  test('ends by itself when it is stopped, and its data goes', async () => {
    await using started = await start();
    const { postgres, run } = started;
    expect(await postgres.stop()).toMatchObject({ exitCode: 0, requested: true });
    expect(existsSync(path.join(run.ctx.runDir, 'parts', 'postgres'))).toBe(false);
  });

  test('killed while it works leaves no process and no shared memory', async () => {
    await using started = await start();
    const { postgres } = started;
    const busy = new pg.Client({ connectionString: postgres.adminUrl('postgres') });
    busy.on('error', () => {});
    await busy.connect();
    const looping = busy.query('do $$ begin loop end loop; end $$').catch(() => {});
    expect(await postgres.kill()).toMatchObject({ signal: 'SIGKILL' });
    await looping;
    // What is left is looked for when the run is disposed.
  });

  test('paused stands still with all of its sessions, though each has left the group, and goes on', async () => {
    await using started = await start();
    const { postgres } = started;
    const open = new pg.Client({ connectionString: postgres.adminUrl('postgres') });
    open.on('error', () => {});
    await open.connect();
    await postgres.pause();
    let isAnswered = false;
    const answer = open.query('select 1').then(() => {
      isAnswered = true;
    });
    await sleep(300);
    expect(isAnswered).toBe(false);
    await postgres.resume();
    await answer;
    await open.end();
  });

  test('ends in good order when it is stopped while it is paused', async () => {
    await using started = await start();
    const { postgres } = started;
    await postgres.freshDatabase();
    await postgres.pause();
    const startedAt = performance.now();
    expect(await postgres.stop()).toMatchObject({ exitCode: 0, requested: true });
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  test('survives the loss of the superuser connections', async () => {
    await using started = await start();
    const { postgres } = started;
    await postgres.freshDatabase();
    await query(
      postgres.adminUrl('postgres'),
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'lab' and state = 'idle'",
    );
    expect(await postgres.freshDatabase()).toBe('shop');
  });

  test.runIf(process.getuid?.() === 0)(
    'runs under another user than root, also where that user may pass every folder',
    async () => {
      chmodSync(cacheRoot, 0o755);
      const run = await openTestRun({ tools, cacheDir });
      chmodSync(run.ctx.repoRoot, 0o755);
      await using postgres = await startPostgres(run.ctx, { template });
      const status = readFileSync(`/proc/${postgres.pid}/status`, 'utf8');
      expect(/^Uid:\t(\d+)/m.exec(status)?.[1]).not.toBe('0');
      expect(/^CapEff:\t(\w+)/m.exec(status)?.[1]).toBe('0000000000000000');
      await postgres.stop();
      await run[Symbol.asyncDispose]();
      chmodSync(cacheRoot, 0o700);
    },
  );
});
