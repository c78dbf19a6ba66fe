/** `pending`: waits for its next attempt. `dead`: given up, for a person to look at. `dismissed`: somebody has. */
export type DeliveryStatus = 'pending' | 'sending' | 'delivered' | 'dead' | 'dismissed';

/**
 * `refused`: the receiver will not take this. `gone`: it takes nothing any more. `exhausted`: attempts have run out.
 * `crashed`: workers died of it.
 */
export type DeadReason = 'refused' | 'gone' | 'exhausted' | 'crashed';

/** One event on its way to one endpoint, as the API shows it. */
export interface WebhookDelivery {
  readonly id: string;
  readonly endpointId: string;
  /** Sent as `webhook-id`. */
  readonly eventId: string;
  readonly eventType: string;
  readonly payload: unknown;
  /** Of the request that caused the event. */
  readonly requestId: string;
  readonly status: DeliveryStatus;
  /** Those that came to an end. */
  readonly attempts: number;
  /** Attempts during which a worker died. */
  readonly crashes: number;
  /** Null unless it is pending. While its endpoint is not active, nothing is sent all the same. */
  readonly nextAttemptAt: string | null;
  readonly deadReason: DeadReason | null;
  /** Of the last answer; null when none came. */
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  /** How the last refusal began. */
  readonly lastResponse: string | null;
  readonly createdAt: string;
  readonly deliveredAt: string | null;
  /** When it was redriven or dismissed. */
  readonly reviewedAt: string | null;
  readonly reviewNote: string | null;
}
