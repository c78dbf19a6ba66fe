/** What an endpoint can be told of. */
export const EVENT_TYPES = ['order.placed', 'order.paid', 'order.payment-failed'] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** `suspended`: its deliveries wait. `disabled`: no more are made. Both last until somebody resumes it. */
export type EndpointStatus = 'active' | 'suspended' | 'disabled';

/** `failures`: too many in a row. `gone`: it answered 410. */
export type StatusReason = 'administrator' | 'failures' | 'gone';

/** Where a shop wants to be told of events, as the API shows it. Never its secret. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  readonly eventTypes: readonly EventType[];
  readonly status: EndpointStatus;
  /** Null while it is active. */
  readonly statusReason: StatusReason | null;
  readonly consecutiveFailures: number;
  /** Until then the secret before the last change signs too. */
  readonly previousSecretUntil: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What an administrator says about an endpoint. */
export interface EndpointWish {
  readonly url: string;
  readonly eventTypes: readonly EventType[];
}
