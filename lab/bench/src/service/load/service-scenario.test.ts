import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { serviceScenario } from './service-scenario.ts';

const repoRoot = resolve(import.meta.dirname, '..', '..', '..', '..', '..');

test('the load is 200 requests a second on three replicas, every part of them behind Toxiproxy', async () => {
  const { stack, workload } = await serviceScenario(200);
  expect(workload.ratePerSecond).toBe(200);
  expect(stack.replicas).toEqual({ api: 3, worker: 2 });
  expect([...stack.parts].sort()).toEqual(['payment', 'postgres', 'redis-cache', 'redis-queue', 'toxiproxy']);
});

test('the script is where the runner looks for it', async () => {
  const { id, workload } = await serviceScenario(200);
  expect(existsSync(join(repoRoot, 'scenarios', id, workload.script))).toBe(true);
});
