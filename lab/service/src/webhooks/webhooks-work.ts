import type { Registry } from 'prom-client';
import type { BackoffSettings } from '../jobs/backoff.ts';
import type { Log } from '../platform/logger.ts';
import { createStateLog } from '../platform/state-log.ts';
import type { CrossTenantDatabase, TenantDatabase } from '../platform/tenant-transaction.ts';
import { createEndpointSecrets } from './endpoints/endpoint-secrets.ts';
import { createSecretBox } from './endpoints/secret-box.ts';
import { createWebhookSender } from './sending/send-webhook.ts';
import type { WebhookWorkSettings } from './webhooks-variables.ts';
import { createClaimNext } from './work/claim-deliveries.ts';
import { startDeliveryLoop } from './work/delivery-loop.ts';
import { startIntervalLoop } from './work/interval-loop.ts';
import { createFindMessage } from './work/message-repository.ts';
import { createPerformDelivery } from './work/perform-delivery.ts';
import { createQueueWatch } from './work/queue-state.ts';
import { createRecordAttempt } from './work/record-attempt.ts';
import { createRecoverDeliveries } from './work/recover-deliveries.ts';
import { createWebhookMetrics } from './work/webhook-metrics.ts';

interface WebhooksWorkParts {
  readonly database: TenantDatabase;
  readonly acrossTenants: CrossTenantDatabase;
  /** For figures, on a connection of its own. */
  readonly probes: CrossTenantDatabase;
  readonly registry: Registry;
  readonly log: Log;
  readonly settings: WebhookWorkSettings;
  readonly backoff: BackoffSettings;
  /** How long a worker may be silent, over the time that an attempt may take, and how often that is looked for. */
  readonly leaseMs: number;
  readonly stallCheckMs: number;
  readonly shutdownTimeoutMs: number;
}

export interface WebhooksWork {
  /** Takes no more deliveries. What does not finish in time is given back unharmed. */
  stop(): Promise<void>;
}

/** The worker has at most one delivery in hand that workers have died of: if it dies again, nothing else is suspected. */
const SUSPECTS_AT_ONCE = 1;
const SUSPECT_POLL_MS = 1_000;
/** Of the time for shutting down; the rest is for giving back. */
const GRACE_SHARE = 0.7;

/** Sends webhooks until it is stopped. The database may come and go. */
export function startWebhooksWork(parts: WebhooksWorkParts): WebhooksWork {
  const { database, acrossTenants, probes, log, settings, backoff, leaseMs, stallCheckMs, shutdownTimeoutMs } = parts;
  const state = createStateLog(log, 'sending webhooks');
  const metrics = createWebhookMetrics(parts.registry);
  metrics.watchQueue(createQueueWatch({ database: probes, breakerFailures: settings.breakerFailures }));

  const perform = createPerformDelivery({
    findMessage: createFindMessage(database),
    secrets: createEndpointSecrets(createSecretBox(settings.encryptionKey)),
    send: createWebhookSender(settings),
    record: createRecordAttempt({ database, policy: { ...settings, backoff, random: Math.random } }),
    metrics,
    log,
    state,
  });
  const claiming = { ...settings, leaseMs: settings.timeoutMs + leaseMs };
  const loops = [
    startDeliveryLoop({
      claimNext: createClaimNext(acrossTenants, 'unsuspected', claiming),
      perform,
      concurrency: settings.concurrency,
      pollMs: settings.pollMs,
      state,
    }),
    startDeliveryLoop({
      claimNext: createClaimNext(acrossTenants, 'suspect', claiming),
      perform,
      concurrency: SUSPECTS_AT_ONCE,
      pollMs: SUSPECT_POLL_MS,
      state,
    }),
  ];
  const recovery = startIntervalLoop({
    action: createRecoverDeliveries({ database: acrossTenants, log, onDead: metrics.givenUp }),
    pauseMs: stallCheckMs,
    state: createStateLog(log, 'taking webhooks back from silent workers'),
  });

  return {
    async stop() {
      const graceMs = shutdownTimeoutMs * GRACE_SHARE;
      await Promise.all([recovery.stop(), ...loops.map((loop) => loop.stop(graceMs))]);
    },
  };
}
