import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../platform/logger.ts';
import type { TenantContext } from '../../platform/request-context.ts';
import type { StateLog } from '../../platform/state-log.ts';
import type { EndpointSecrets } from '../endpoints/endpoint-secrets.ts';
import type { Attempt } from '../sending/attempt.ts';
import type { SendWebhook } from '../sending/send-webhook.ts';
import type { Claim } from './claim-deliveries.ts';
import type { FindMessage, StoredMessage } from './message-repository.ts';
import type { RecordAttempt, Recorded } from './record-attempt.ts';
import type { WebhookMetrics, WebhookOutcome } from './webhook-metrics.ts';

interface PerformDeliveryParts {
  readonly findMessage: FindMessage;
  readonly secrets: Pick<EndpointSecrets, 'open'>;
  readonly send: SendWebhook;
  readonly record: RecordAttempt;
  readonly metrics: WebhookMetrics;
  readonly log: Log;
  readonly state: StateLog;
}

const RECORD_PAUSE_MS = { first: 100, max: 1_000 };

/** One attempt at a delivery, to the record of what became of it. Never rejects. */
export function createPerformDelivery(parts: PerformDeliveryParts) {
  const { findMessage, secrets, send, record, metrics, log, state } = parts;

  return async (claim: Claim, signal: AbortSignal): Promise<void> => {
    const context = { tenantId: claim.tenantId, requestId: claim.requestId, usage: { queries: 0 } };
    const startedAtMs = performance.now();
    const attempt = await attemptAt(context, claim, signal);
    const durationMs = performance.now() - startedAtMs;
    const recorded = attempt && (await untilRecorded(context, { claim, attempt, signal }));
    const outcome = outcomeOf(recorded, attempt);
    metrics.attempt({ outcome, durationMs });
    report(claim, { outcome, attempt, recorded, durationMs });
  };

  /** Undefined when there is nothing to send any more. */
  async function attemptAt(context: TenantContext, claim: Claim, signal: AbortSignal): Promise<Attempt | undefined> {
    let message: StoredMessage | undefined;
    try {
      message = await findMessage(context, claim);
      state.works();
    } catch (error) {
      // Our own side is away: it says nothing about the delivery.
      state.fails(error);
      return { kind: 'interrupted' };
    }
    if (!message) return undefined;
    // Suspended since it was taken: it goes back and waits.
    if (message.status !== 'active') return { kind: 'interrupted' };
    try {
      const { url, body, sealedSecrets } = message;
      const opened = sealedSecrets.map((sealed) => secrets.open(claim, sealed));
      return await send({ url, id: claim.eventId, body, secrets: opened, requestId: claim.requestId }, signal);
    } catch (error) {
      return { kind: 'broken', error };
    }
  }

  /** While the database is away, the result waits with its place: what was sent is not to be sent again for that. */
  async function untilRecorded(context: TenantContext, { claim, attempt, signal }: Result) {
    for (let pauseMs = RECORD_PAUSE_MS.first; ; pauseMs = Math.min(pauseMs * 2, RECORD_PAUSE_MS.max)) {
      try {
        const recorded = await record(context, claim, attempt);
        state.works();
        return recorded;
      } catch (error) {
        state.fails(error);
      }
      // Told to stop: its lease ends, and another worker sends it once more.
      if (signal.aborted) return undefined;
      await sleep(pauseMs, undefined, { signal }).catch(() => {}); // One last time then.
    }
  }

  function report(claim: Claim, { outcome, attempt, recorded, durationMs }: Report): void {
    const { requestId, tenantId: tenant, id: deliveryId, eventId, endpointId, attempts } = claim;
    const names = { requestId, tenant, deliveryId, eventId, endpointId };
    // Neither the URL, which may hold a secret, nor what the endpoint said.
    const status = attempt?.kind === 'answered' ? attempt.status : undefined;
    const entry = { ...names, outcome, attempt: attempts + 1, status, durationMs: Math.round(durationMs) };
    if (attempt?.kind === 'broken') log.error({ ...entry, err: attempt.error }, 'webhook');
    else if (outcome === 'dead') log.error(entry, 'webhook given up');
    else log.info(entry, 'webhook');
    if (recorded?.endpointBecame) log.warn(names, `webhook endpoint ${recorded.endpointBecame}`);
  }
}

interface Result {
  readonly claim: Claim;
  readonly attempt: Attempt;
  readonly signal: AbortSignal;
}

interface Report {
  readonly outcome: WebhookOutcome;
  readonly attempt: Attempt | undefined;
  readonly recorded: Recorded | undefined;
  readonly durationMs: number;
}

function outcomeOf(recorded: Recorded | undefined, attempt: Attempt | undefined): WebhookOutcome {
  if (!recorded) return 'lost';
  if (attempt?.kind === 'interrupted') return 'interrupted';
  return recorded.fate.status === 'pending' ? 'retried' : recorded.fate.status;
}
