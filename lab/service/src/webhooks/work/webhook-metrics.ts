import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { QueueState } from './queue-state.ts';

/** `interrupted`: given back without a result. `lost`: the delivery was this worker's no more. */
export type WebhookOutcome = 'delivered' | 'retried' | 'dead' | 'interrupted' | 'lost';

export interface WebhookMetrics {
  attempt(sample: { readonly outcome: WebhookOutcome; readonly durationMs: number }): void;
  /** Given up without another attempt. */
  givenUp(): void;
  /** Asked once for each time that metrics are. */
  watchQueue(state: () => Promise<QueueState>): void;
}

const DURATION_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createWebhookMetrics(registry: Registry): WebhookMetrics {
  const registers = [registry];
  const attempts = new Counter({
    name: 'webhook_attempts_total',
    help: 'Attempts at webhook deliveries, by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'webhook_attempt_duration_seconds',
    help: 'Time of one attempt, from the database to the answer.',
    labelNames: ['outcome'],
    buckets: DURATION_BUCKETS_S,
    registers,
  });
  return {
    attempt({ outcome, durationMs }) {
      attempts.inc({ outcome });
      durations.observe({ outcome }, durationMs / 1_000);
    },
    givenUp: () => attempts.inc({ outcome: 'dead' }),
    watchQueue: (state) => registerQueueGauges(registry, state),
  };
}

interface QueueGauge {
  readonly name: string;
  readonly help: string;
  readonly label: string;
  values(state: QueueState): readonly (readonly [label: string, value: number])[];
}

const QUEUE_GAUGES: readonly QueueGauge[] = [
  {
    name: 'webhook_queue_depth',
    help: 'Deliveries that wait or are on their way, of the tenants that have most.',
    label: 'tenant',
    values: ({ deepest }) => deepest.map(({ tenant, depth }) => [tenant, depth]),
  },
  {
    name: 'webhook_queue_oldest_seconds',
    help: 'Age of the oldest such delivery to an active endpoint, of the tenants that have waited longest.',
    label: 'tenant',
    values: ({ oldest }) => oldest.map(({ tenant, oldestSeconds }) => [tenant, oldestSeconds]),
  },
  {
    name: 'webhook_deliveries',
    help: 'Deliveries of all tenants: waiting or on their way; of these, those whose endpoint is not active; given up.',
    label: 'state',
    values: ({ waiting, parked, dead }) => Object.entries({ waiting, parked, dead }),
  },
  {
    name: 'webhook_endpoints',
    help: 'Endpoints of all tenants. A broken one is active, but only asked from time to time whether it works.',
    label: 'state',
    values: ({ endpoints }) => Object.entries(endpoints),
  },
];

function registerQueueGauges(registry: Registry, state: () => Promise<QueueState>): void {
  for (const { name, help, label, values } of QUEUE_GAUGES) {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      async collect() {
        const current = await state();
        // A tenant that is no longer among the first has no series any more.
        this.reset();
        for (const [value, count] of values(current)) this.set({ [label]: value }, count);
      },
    });
  }
}
