import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type ApiProcess, spawnTestApi, TEST_JWT_SECRET } from '../testing/test-api.ts';
import { startTestGate } from '../testing/test-gate.ts';
import { startTestService } from '../testing/test-service.ts';

test('three replicas are without their database for ten seconds: alive, not ready, and back by themselves', async () => {
  await using parts = new AsyncDisposableStack();
  const service = parts.use(await startTestService({ JWT_SECRET: TEST_JWT_SECRET }));
  const gate = parts.use(await startTestGate(service.database.appUrl));
  const replicas: ApiProcess[] = [];
  for (let count = 0; count < 3; count += 1) {
    replicas.push(parts.use(await spawnTestApi({ database: { appUrl: gate.url } })));
  }
  const tenant = await service.createTenant();
  const token = await service.signIn(tenant);
  const statuses = (path: string) =>
    Promise.all(
      replicas.map(async ({ url }) => {
        const headers = { authorization: `Bearer ${token}` };
        return (await fetch(url + path, { headers, signal: AbortSignal.timeout(20_000) })).status;
      }),
    );
  const every = (status: number) => replicas.map(() => status);
  await expect.poll(() => statuses('/readyz'), { timeout: 20_000 }).toEqual(every(200));

  await gate.close();
  await expect.poll(() => statuses('/readyz'), { timeout: 20_000 }).toEqual(every(503));
  const untilMs = performance.now() + 10_000;
  const seen = { alive: new Set<number>(), ready: new Set<number>(), books: new Set<number>() };
  while (performance.now() < untilMs) {
    for (const status of await statuses('/livez')) seen.alive.add(status);
    for (const status of await statuses('/readyz')) seen.ready.add(status);
    for (const status of await statuses('/v2/books')) seen.books.add(status);
    await sleep(200);
  }
  expect(seen).toEqual({ alive: new Set([200]), ready: new Set([503]), books: new Set([503]) });

  await gate.open();
  await expect.poll(() => statuses('/readyz'), { timeout: 20_000 }).toEqual(every(200));
  expect(await statuses('/v2/books')).toEqual(every(200));
  expect(
    replicas.map(({ child }) => child.exitCode),
    'none of them was started anew',
  ).toEqual([null, null, null]);
});
