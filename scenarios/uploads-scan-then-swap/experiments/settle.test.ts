import { expect, test } from 'vitest';
import { fakeScanning } from '../../shared/testing/fake-scanning.ts';
import { graceSeconds, leaseMs, reconcileMs, scanTimeoutMs } from '../limits.ts';
import { settle } from './settle.ts';
import { swappedWhenReady } from './swapped-when-ready.ts';

test('what is ready is met by the sweeper before the last look', async () => {
  const { h } = fakeScanning({ scanTimeoutMs, leaseMs });
  const beganMs = h.clock.nowMs();
  for (const { run } of [swappedWhenReady, settle]) await run(h);
  expect(h.clock.nowMs() - beganMs).toBeGreaterThan(reconcileMs * 1.2 + graceSeconds * 1_000);
});
