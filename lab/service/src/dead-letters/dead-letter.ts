/** `declined`: the customer's money was not to be had. `refused`: the provider will not take this request from us. */
export type DeadLetterReason = 'declined' | 'refused' | 'exhausted' | 'crashed';

export type DeadLetterStatus = 'open' | 'redriven' | 'dismissed';

/** An event whose effect was given up, as the API shows it. */
export interface DeadLetter {
  /** That of the event. */
  readonly id: string;
  readonly kind: 'order.placed';
  readonly orderId: string;
  readonly reason: DeadLetterReason;
  readonly attempts: number;
  readonly lastError: string;
  /** Of the request that placed the order. */
  readonly requestId: string;
  readonly status: DeadLetterStatus;
  readonly createdAt: string;
  readonly reviewedAt: string | null;
  readonly reviewNote: string | null;
}
