import type { LookupAddress } from 'node:dns';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { parseRetryAfter } from '../../platform/call-error.ts';
import { hostOf, type UrlRules, urlProblem } from '../endpoints/endpoint-url.ts';
import type { Attempt } from './attempt.ts';
import { isPublicAddress } from './public-address.ts';
import { type ResolveHost, resolveHost } from './resolve-host.ts';
import { signatureOf } from './signature.ts';

export interface WebhookMessage {
  readonly url: string;
  /** The same for every attempt. */
  readonly id: string;
  readonly body: string;
  readonly secrets: readonly Buffer[];
  readonly requestId: string;
}

/** Sends a message once. Never rejects; the signal interrupts it. */
export type SendWebhook = (message: WebhookMessage, signal: AbortSignal) => Promise<Attempt>;

interface SenderParts {
  /** From the question for the address to the end of the answer. */
  readonly timeoutMs: number;
  readonly urlRules: UrlRules;
  readonly resolve?: ResolveHost;
  readonly isAllowedAddress?: (address: string) => boolean;
  readonly now?: () => number;
}

/** Standard Webhooks asks for less than 20 kB. */
const BODY_BYTES_MAX = 20_000;
/** What a tenant is shown of an answer: enough to understand a refusal, too little to read a system through us. */
const EXCERPT_BYTES = 1_024;

export function createWebhookSender(parts: SenderParts): SendWebhook {
  const { timeoutMs, urlRules, resolve = resolveHost, isAllowedAddress = isPublicAddress, now = Date.now } = parts;

  return async (message, signal) => {
    if (Buffer.byteLength(message.body) >= BODY_BYTES_MAX) {
      return { kind: 'broken', error: new Error('The message is too large to be sent.') };
    }
    const expired = AbortSignal.timeout(timeoutMs);
    try {
      const limit = AbortSignal.any([signal, expired]);
      const addresses = await addressesOf(message.url, limit);
      return await post(message, { addresses, headers: headersOf(message, now()), signal: limit });
    } catch (error) {
      if (signal.aborted) return { kind: 'interrupted' };
      return { kind: 'unanswered', message: expired.aborted ? `No answer within ${timeoutMs} ms.` : describe(error) };
    }
  };

  /** Asked for at each attempt: a name may lead elsewhere by now. Undefined where the operator allows any. */
  async function addressesOf(text: string, limit: AbortSignal): Promise<readonly LookupAddress[] | undefined> {
    const problem = urlProblem(text, urlRules);
    if (problem !== undefined) throw new Error(`The URL of the endpoint ${problem}.`);
    const host = hostOf(new URL(text));
    if (urlRules.allowedHosts.has(host)) return undefined;
    const addresses = await resolve(host, limit);
    // Not one of them: who mixes private addresses among public ones wants us to try them all.
    if (addresses.every(({ address }) => isAllowedAddress(address))) return addresses;
    throw new Error('The endpoint does not lead to a public address.');
  }
}

/** The signature is of this attempt's time, so that an old one cannot be sent again by somebody who has seen it. */
function headersOf({ id, body, secrets, requestId }: WebhookMessage, nowMs: number) {
  const timestampSeconds = Math.floor(nowMs / 1_000);
  return {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'user-agent': 'ShelfWise-Webhooks/1',
    'webhook-id': id,
    'webhook-timestamp': timestampSeconds,
    'webhook-signature': signatureOf({ id, timestampSeconds, body }, secrets),
    'x-request-id': requestId,
  };
}

interface PostOptions {
  readonly addresses: readonly LookupAddress[] | undefined;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly signal: AbortSignal;
}

/** Redirects are not followed: where they lead was not checked. A connection is used once, for the same reason. */
async function post({ url: text, body }: WebhookMessage, { addresses, headers, signal }: PostOptions) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const url = new URL(text);
  const open = url.protocol === 'https:' ? requestHttps : requestHttp;
  const pinned = addresses === undefined ? {} : { lookup: answering(addresses) };
  const request = open(url, { method: 'POST', agent: false, headers, signal, ...pinned }, resolve);
  // Also after the answer has begun: whoever reads it then is told by the answer itself.
  request.on('error', reject);
  request.on('close', () => reject(new Error('The endpoint closed the connection without an answer.')));
  request.end(body);
  try {
    return await answerOf(await promise);
  } finally {
    request.destroy();
  }
}

/** Connects to the addresses that were checked: a second question could be answered otherwise. */
function answering(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, { all }, callback) => {
    const [first] = addresses;
    if (all) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family);
  };
}

async function answerOf(response: IncomingMessage): Promise<Attempt> {
  const { statusCode: status = 0, headers } = response;
  const retryAfterMs = parseRetryAfter(headers['retry-after'] ?? null, Date.now());
  const succeeded = status >= 200 && status < 300;
  // The status line is the answer. What a success says besides is of no use, and it need not come to an end.
  return { kind: 'answered', status, retryAfterMs, excerpt: succeeded ? null : await beginningOf(response) };
}

async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= EXCERPT_BYTES) break;
    }
  } catch {
    // Cut short or too slow: what has come is what there is.
  }
  // PostgreSQL stores no NUL.
  return Buffer.concat(chunks).subarray(0, EXCERPT_BYTES).toString('utf8').replaceAll('\0', '\u{fffd}');
}

/** For the tenant: what their endpoint did, without addresses or other facts of our network. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'The endpoint could not be called.';
  const code = 'code' in error ? String(error.code) : undefined;
  // Several addresses that all fail: the first tells enough.
  if (error instanceof AggregateError && error.errors[0] !== undefined) return describe(error.errors[0]);
  return code === undefined ? error.message : `The endpoint could not be called: ${code}.`;
}
