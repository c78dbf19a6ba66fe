import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { pileUpOrders } from '../testing/order-pile.ts';
import { startTestProvider } from '../testing/test-provider.ts';
import { startTestService } from '../testing/test-service.ts';
import { startTestWorker } from '../testing/test-worker.ts';

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

test('the pauses before 300 real attempts grow to the cap, vary on both sides, and are kept', async () => {
  await using service = await startTestService();
  await using provider = await startTestProvider();
  provider.behave([], { kind: 'refuse', status: 503 });
  await using _worker = await startTestWorker({
    database: service.database,
    provider,
    environment: { BACKOFF_BASE_MS: '300', BACKOFF_CAP_MS: '1200', JOB_ATTEMPTS_MAX: '5', JOB_CONCURRENCY: '25' },
  });
  const tenant = await service.createTenant({ books: 1 });
  // In groups: a moment in which the machine stands still is in one of them.
  const ids: (readonly string[])[] = [];
  for (let group = 0; group < 3; group += 1) {
    ids.push(await pileUpOrders(service.database, { tenantId: tenant.id, count: 25 }));
    await sleep(700);
  }
  const attempts = () => ids.flat().map((id) => provider.attemptsOf(id).length);
  await expect.poll(() => attempts().reduce((sum, count) => sum + count), { timeout: 20_000 }).toBe(75 * 5);

  for (const [round, nominalMs] of [300, 600, 1_200, 1_200].entries()) {
    const gapsOf = (group: readonly string[]) =>
      group.map((id) => {
        const calls = provider.attemptsOf(id);
        return (calls[round + 1]?.atMs ?? 0) - (calls[round]?.atMs ?? 0);
      });
    const groups = ids.map(gapsOf);
    const all = groups.flat();
    const name = `pauses after attempt ${round + 1}`;
    expect(Math.min(...all), `${name}: the shortest`).toBeGreaterThanOrEqual(0.7 * nominalMs - 1);
    expect(Math.min(...all), `${name}: the shortest`).toBeLessThan(nominalMs);
    expect(Math.max(...all) - Math.min(...all), `${name}: they vary`).toBeGreaterThan(0.2 * nominalMs);
    const best = Math.min(...groups.map((gaps) => Math.abs(median(gaps) - nominalMs)));
    expect(best, `${name}: the median is the nominal pause`).toBeLessThanOrEqual(250);
  }
});
