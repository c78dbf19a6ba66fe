import { defineScenario } from '@lab/sdk';
import { acceptedWithinMs, chargedWithinMs, checks } from './checks.ts';
import { experiments } from './experiments.ts';
import { hints } from './hints.ts';
import { variants } from './variants.ts';
import { workload } from './workload.ts';

export const scenario = defineScenario({
  id: 'jobs-double-charge',
  family: 'jobs',
  title: 'Eleven paid twice, two not at all',
  level: 'standard',
  minutes: 75,
  lesson: 'lessons/jobs',
  story: {
    text: [
      'Thursday, 16:05. A worker was redeployed at lunch, a routine change of a log line. Accounting has now sent the day’s statement of the payment provider: eleven customers were charged twice for one order, within seconds. Two others have an order that says "placed" since 12:31, and no money has moved.',
      'It is not the first time. On Monday one worker’s machine stood still for a moment while it was moved, and three customers paid twice. In the spring, a minute of packet loss on the way to the provider did the same.',
      'Make it stop: an order that was accepted is charged once. Not twice, and not never.',
    ],
    budgets: [
      'An order that was answered with 201 is charged exactly once, its own total, by the provider’s books, at the latest 30 seconds after whatever hindered it is over. Late is right; twice or never is not.',
      `When nothing is wrong, it is charged within ${chargedWithinMs / 1_000} seconds, and \`GET /v2/orders/:id\` then says "paid".`,
      `Orders are accepted within ${acceptedWithinMs} ms whatever the provider does, also while it answers nobody.`,
      'Workers may be killed, frozen and redeployed at any moment, and come up again each time. An operator may redrive a dead letter, and may click twice.',
    ],
  },
  stack: {
    parts: ['postgres', 'redis-cache', 'redis-queue', 'payment', 'toxiproxy'],
    // Three: one is killed while another boots, and there is a third to take over.
    replicas: { api: 2, worker: 3 },
    environment: {
      JOB_LEASE_MS: '800',
      JOB_STALL_CHECK_MS: '400',
      JOB_ATTEMPTS_MAX: '6',
      // One slow order may be in the hands of every worker that the experiments end, and is no poison.
      JOB_CRASHES_MAX: '50',
      BACKOFF_BASE_MS: '200',
      BACKOFF_CAP_MS: '500',
      OUTBOX_POLL_MS: '50',
    },
  },
  editable: ['src/**', 'bin/**', 'migrations/**'],
  startWith: ['src/payments/charge-order.ts', 'src/jobs/job-worker.ts', 'src/outbox/outbox-relay.ts'],
  workload,
  experiments,
  checks,
  hints,
  variants,
});
