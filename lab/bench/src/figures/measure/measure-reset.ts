import { setTimeout as delay } from 'node:timers/promises';
import { openRun, startPostgres, type TemplateSpec, withLimit } from '@lab/runtime';
import { LabError } from '@lab/sdk';
import { Client } from 'pg';
import { figure } from '../../report/figure.ts';
import { atMost } from '../../report/goal.ts';
import { median } from '../../report/statistics.ts';
import { attempt, type Bench } from '../bench.ts';
import { quiet, withReference } from '../stage/with-reference.ts';

const limitS = 0.5;
const repeats = 5;
const spareLimitMs = 60_000;
const lookEveryMs = 10;
const rowsCount = 1_000_000;

/** How long a reset of the data takes: of a scenario's stack, and of a database with a million rows. */
export async function measureReset(bench: Bench): Promise<void> {
  const goal = atMost(limitS);
  const about = { row: 'reset', unit: 's', statistic: 'median', goal } as const;
  for (const scenario of bench.scenarios) {
    const how = 'links cleared, stores emptied, fresh database: resetData of the testbed';
    await attempt(bench, { rows: ['reset'], of: scenario.id, how }, async () => {
      const found = await withReference(bench, scenario, ({ testbed, codeDir }) =>
        timeResets(bench, { reset: () => testbed.resetData(codeDir), adminUrl: testbed.adminUrl }),
      );
      bench.rows.add(figure({ ...about, of: scenario.id, how, ...found }));
    });
  }
  const million = { of: '1,000,000 rows', how: 'freshDatabase of a template with a table of orders' };
  await attempt(bench, { rows: ['reset'], ...million }, async () => {
    const { root: repoRoot, cacheDir } = bench.folder;
    const { tools, signal } = bench;
    await using run = await openRun({ repoRoot, cacheDir, tools, signal, log: quiet });
    await using postgres = await startPostgres(run.ctx, { template: millionTemplate });
    const name = await postgres.freshDatabase();
    const adminUrl = (): string => postgres.adminUrl(name);
    const found = await timeResets(bench, { reset: () => postgres.freshDatabase(), adminUrl });
    await assertWhole(postgres.adminUrl(name));
    bench.rows.add(figure({ ...about, ...million, ...found }));
  });
}

interface Resettable {
  reset(): Promise<unknown>;
  /** Superuser address of the database that is reset. */
  adminUrl(): string;
}

async function timeResets(
  { signal }: Bench,
  { reset, adminUrl }: Resettable,
): Promise<{ samples: number[]; note: string }> {
  // Not to the database itself: a reset closes every connection to it.
  await using admin = await connect(serverOf(adminUrl()));
  const [samples, copies]: [number[], number[]] = [[], []];
  await spareReady(admin.client, signal);
  while (samples.length < repeats) {
    const beganMs = performance.now();
    await reset();
    const doneMs = performance.now();
    await spareReady(admin.client, signal);
    samples.push((doneMs - beganMs) / 1_000);
    copies.push((performance.now() - doneMs) / 1_000);
  }
  return { samples, note: `The next spare was there ${median(copies).toFixed(2)} s later.` };
}

/** A database shows in the catalogue once its copy is whole. */
async function spareReady(admin: Client, signal: AbortSignal): Promise<void> {
  const giveUpAt = performance.now() + spareLimitMs;
  for (;;) {
    const { rowCount } = await admin.query(`SELECT FROM pg_database WHERE datname LIKE 'spare%'`);
    if (rowCount !== null && rowCount > 0) return;
    if (performance.now() > giveUpAt) {
      throw new LabError('E_BENCH_SPARE', { message: `There was no spare database after ${spareLimitMs / 1_000} s.` });
    }
    await delay(lookEveryMs, undefined, { signal });
  }
}

/** Orders as a shop has them: the same kinds of columns and as many indexes as the table of ShelfWise. */
const millionTemplate: TemplateSpec = {
  key: 'bench-million-orders-1',
  build: async ({ adminUrl }) => {
    await using admin = await connect(adminUrl);
    await admin.client.query(`
      CREATE TABLE orders (
        tenant_id uuid NOT NULL, id uuid NOT NULL, idempotency_key text NOT NULL, status text NOT NULL,
        total_cents bigint NOT NULL, currency text NOT NULL, created_at timestamptz NOT NULL
      )`);
    await admin.client.query(
      `INSERT INTO orders
       SELECT md5('tenant ' || n % 20)::uuid, md5('order ' || n)::uuid, 'key-' || n, 'paid', n % 10000, 'EUR',
         timestamptz '2026-01-01' + n * interval '1 second'
       FROM generate_series(1, $1::bigint) AS n`,
      [rowsCount],
    );
    await admin.client.query('ALTER TABLE orders ADD PRIMARY KEY (tenant_id, id)');
    await admin.client.query('ALTER TABLE orders ADD UNIQUE (tenant_id, idempotency_key)');
    await admin.client.query('CREATE INDEX orders_by_time ON orders (tenant_id, created_at DESC, id DESC)');
  },
};

/** A reset that lost rows would be a fast one. */
async function assertWhole(url: string): Promise<void> {
  await using admin = await connect(url);
  const { rows } = await admin.client.query<{ count: string }>('SELECT count(*) FROM orders');
  if (rows[0]?.count === String(rowsCount)) return;
  throw new LabError('E_BENCH_RESET', { message: `The fresh database has ${rows[0]?.count} of ${rowsCount} rows.` });
}

function serverOf(url: string): string {
  const server = new URL(url);
  server.pathname = '/postgres';
  return server.toString();
}

async function connect(url: string): Promise<{ readonly client: Client } & AsyncDisposable> {
  const limits = { connectionTimeoutMillis: 5_000, statement_timeout: 120_000 };
  const client = new Client({ connectionString: url, application_name: 'lab:bench', ...limits });
  // A session that the server ends says so here too; the query under way reports it as well.
  client.on('error', () => undefined);
  await client.connect();
  const end = { what: 'the session of the bench to end', withinMs: 5_000 };
  return { client, [Symbol.asyncDispose]: () => withLimit(client.end(), end) };
}
