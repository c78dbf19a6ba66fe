import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { CallError, parseRetryAfter } from '../platform/call-error.ts';

export interface Charge {
  readonly id: string;
  readonly amountCents: number;
  readonly createdAt: string;
}

export interface ChargeRequest {
  /** Names the purchase: the provider answers a key that it knows with the charge that it made for it. */
  readonly key: string;
  /** Charges are looked up by it; the id of the order. */
  readonly reference: string;
  readonly amountCents: number;
  readonly currency: string;
}

/** One call each: who calls decides about another attempt. Both throw CallError. */
export interface PaymentClient {
  charge(request: ChargeRequest, requestId: string): Promise<Charge>;
  findCharge(reference: string, requestId: string): Promise<Charge | undefined>;
}

/** Most failures are over in a moment: these attempts spare the queue a round. */
const QUICK_ATTEMPTS = 3;
const QUICK_PAUSE_MS = 150;

const chargeSchema = z.object({
  id: z.string().min(1),
  amountCents: z.int().positive(),
  createdAt: z.iso.datetime({ offset: true }),
});
const listSchema = z.object({ charges: z.array(chargeSchema) });
const problemSchema = z.object({ code: z.string() });

export function createPaymentClient({ url, timeoutMs }: { url: string; timeoutMs: number }): PaymentClient {
  return {
    async charge({ key, ...request }, requestId) {
      const headers = { 'content-type': 'application/json', 'idempotency-key': key };
      const charging = () => call('/charges', { requestId, headers, body: JSON.stringify(request) });
      return parse(chargeSchema, await quickly(charging));
    },
    async findCharge(reference, requestId) {
      const path = `/charges?reference=${encodeURIComponent(reference)}`;
      return parse(listSchema, await call(path, { requestId })).charges[0];
    },
  };

  async function quickly(charging: () => Promise<unknown>): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await charging();
      } catch (error) {
        const isOutage = error instanceof CallError && (error.status ?? 0) >= 500;
        if (!isOutage || attempt >= QUICK_ATTEMPTS) throw error;
        await sleep(QUICK_PAUSE_MS);
      }
    }
  }

  async function call(path: string, { requestId, headers, body }: Call): Promise<unknown> {
    try {
      const response = await fetch(new URL(path, url), {
        headers: { ...headers, 'x-request-id': requestId },
        ...(body === undefined ? {} : { method: 'POST', body }),
        redirect: 'error',
        // Until the last byte of the answer. It closes the connection, so an abandoned call does not live on.
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.text();
      if (response.ok) return parseJson(text);
      throw refusal(response, text);
    } catch (error) {
      if (error instanceof CallError) throw error;
      throw new CallError('The payment provider did not answer.', { cause: error });
    }
  }
}

interface Call {
  readonly requestId: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function refusal({ status, headers }: Response, text: string): CallError {
  const { code } = problemSchema.safeParse(parseJson(text)).data ?? {};
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'), Date.now());
  const message = `The payment provider answered ${status}${code === undefined ? '' : ` ${code}`}.`;
  return new CallError(message, { status, code, retryAfterMs });
}

/** Undefined for what is no JSON: no schema accepts it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, answer: unknown): z.output<Schema> {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  // It may have acted, so this is no refusal: the next attempt looks first.
  throw new CallError('The answer of the payment provider cannot be read.', { cause: result.error });
}
