export type OrderStatus = 'placed' | 'paid' | 'payment-failed' | 'cancelled';

/** What a customer asks for: copies of one book. */
export interface LineRequest {
  readonly bookId: string;
  readonly quantity: number;
}

/** Title and price are those of the moment when the order was placed. */
export interface OrderLine extends LineRequest {
  readonly title: string;
  readonly unitPriceCents: number;
}

/** ShelfWise's own record of a charge at the payment provider. */
export interface Payment {
  readonly chargeId: string;
  readonly amountCents: number;
  readonly chargedAt: string;
}

/** An order as the API shows it. */
export interface Order {
  readonly id: string;
  readonly status: OrderStatus;
  readonly totalCents: number;
  readonly currency: string;
  readonly lines: readonly OrderLine[];
  readonly payment: Payment | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}
