import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { spawnTestApi } from '../testing/test-api.ts';
import { withClient } from '../testing/test-database.ts';
import { startTestProvider } from '../testing/test-provider.ts';
import { startTestService } from '../testing/test-service.ts';
import { openTestShop } from '../testing/test-shop.ts';
import { startTestWorker } from '../testing/test-worker.ts';

/** PostgreSQL's own default, and what all programs together may take of it. */
const SERVER_CONNECTIONS = 100;
const SHARE_MAX = 0.8;
/** A migration, whoever cancels it, and a backfill have one each. */
const MIGRATIONS = 3;

test('three replicas and two workers with more to do than they can, and migrations, fit a server of default size', async () => {
  await using parts = new AsyncDisposableStack();
  const service = parts.use(await startTestService());
  const { database } = service;
  const provider = parts.use(await startTestProvider());
  const shop = await openTestShop(service);
  const urls = [service.url];
  for (let count = 0; count < 2; count += 1) urls.push(parts.use(await spawnTestApi({ database })).url);
  for (let round = 0; round < 6; round += 1) await Promise.all(Array.from({ length: 10 }, () => shop.place()));

  const { username } = new URL(database.appUrl);
  const connections = async (name = '%') => {
    const sql = 'SELECT 1 FROM pg_stat_activity WHERE usename = $1 AND application_name LIKE $2';
    return (await database.query(sql, [username, name])).length;
  };
  const list = (url: string) =>
    fetch(`${url}/v2/orders`, { headers: { authorization: `Bearer ${shop.token}` } }).then(({ status }) => status);
  const most = { all: 0, apis: 0, workers: 0 };
  await withClient(database.ownerUrl, async (holder) => {
    // All that anybody does ends here.
    await holder.query('BEGIN; LOCK TABLE orders');
    const environment = { JOB_CONCURRENCY: '40' };
    const queuePrefix = randomUUID();
    for (let count = 0; count < 2; count += 1) {
      parts.use(await startTestWorker({ database, provider, environment, queuePrefix }));
    }
    const asked = urls.flatMap((url) => Array.from({ length: 30 }, () => list(url)));
    const isFull = () => most.apis >= 3 * 10 && most.workers >= 2 * 10;
    for (let look = 0; look < 40 || (!isFull() && look < 200); look += 1) {
      most.all = Math.max(most.all, await connections());
      most.apis = Math.max(most.apis, await connections('shelfwise'));
      most.workers = Math.max(most.workers, await connections('shelfwise-worker'));
      await sleep(50);
    }
    await holder.query('ROLLBACK');
    await Promise.all(asked);
  });
  expect(most.all + MIGRATIONS).toBeLessThanOrEqual(SHARE_MAX * SERVER_CONNECTIONS);
  // Otherwise they did not have more to do than they can.
  expect(most).toMatchObject({ apis: 3 * 10, workers: 2 * 10 });
}, 90_000);
