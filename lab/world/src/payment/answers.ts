import type { Behaviour } from './behaviour.ts';
import type { Answer } from './call.ts';
import type { ChargeEntry } from './ledger.ts';

/** An answer that is no success: nothing but a code, on which callers may decide. */
export function refusal(status: number, code: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers, body: { code } };
}

export function charged(charge: ChargeEntry): Answer {
  return { status: 201, headers: { location: `/charges/${charge.id}` }, body: publicCharge(charge) };
}

/** What callers may know of a charge. */
export function publicCharge({ id, reference, amountCents, currency, atMs }: ChargeEntry) {
  return { id, reference, amountCents, currency, createdAt: new Date(atMs).toISOString(), status: 'charged' };
}

/** The answer of a behaviour that keeps the provider from acting at all; null for the others. */
export function refusalBy(behaviour: Behaviour | undefined): Answer | null {
  if (behaviour?.kind === 'error') return refusal(behaviour.status, 'PROVIDER_ERROR');
  if (behaviour?.kind !== 'answer') return null;
  const { status, code = status === 429 ? 'RATE_LIMITED' : 'UNAVAILABLE', retryAfterSeconds } = behaviour;
  return refusal(status, code, retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) });
}
