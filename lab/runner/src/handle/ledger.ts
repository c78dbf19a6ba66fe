import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { ApiName, Clock, Operation, Outcome, RequestResult, RequestSpec } from '@lab/sdk';

/** The history of a run: every call of the lab's own clients, in the order in which they ended. */
export interface Ledger extends AsyncDisposable {
  readonly history: readonly Operation[];
  send(spec: RequestSpec, experiment?: string): Promise<RequestResult>;
}

interface LedgerOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  urlOf(replica: ApiName): string;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly error?: string;
  /** The connection was refused: the call certainly had no effect. */
  readonly refused: boolean;
}

const bodyBytesMax = 1_000_000;

/** 2xx took effect, 304 is an answer; a refusal or a 4xx certainly did not; of anything else nobody can be sure. */
export function outcomeOf(answer: Pick<Answer, 'status' | 'refused'>): Outcome {
  if ((answer.status >= 200 && answer.status < 300) || answer.status === 304) return 'ok';
  if (answer.status === 408) return 'unknown';
  if (answer.refused || (answer.status >= 400 && answer.status < 500)) return 'fail';
  return 'unknown';
}

export function createLedger(options: LedgerOptions): Ledger {
  const history: Operation[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  let lastId = 0;

  return {
    history,
    send: async (spec, experiment) => {
      lastId += 1;
      const id = lastId;
      const startMs = options.clock.nowMs();
      const answer = await call(spec, options, agent);
      const outcome = outcomeOf(answer);
      const operation: Operation = {
        id,
        ...(experiment === undefined ? {} : { experiment }),
        client: spec.client,
        kind: spec.kind,
        view: spec.view,
        replica: spec.replica,
        key: spec.keyOf?.(answer.body, answer.status) ?? spec.key,
        value: valueSeen(spec, answer, outcome),
        startMs,
        endMs: options.clock.nowMs(),
        outcome,
        status: answer.status,
        ...optionalFacts(answer),
      };
      history.push(operation);
      return { operation, body: answer.body, headers: answer.headers };
    },
    [Symbol.asyncDispose]: async () => {
      agent.destroy();
    },
  };
}

function valueSeen(spec: RequestSpec, answer: Answer, outcome: Outcome): number | null {
  if (spec.kind === 'write') return spec.value ?? null;
  return outcome === 'ok' && spec.read !== undefined ? spec.read(answer.body, answer.status) : null;
}

function optionalFacts(answer: Answer): { requestId?: string; error?: string } {
  const requestId = answer.headers['x-request-id'];
  const problem = answer.status >= 400 ? problemCode(answer.body) : undefined;
  const error = answer.error ?? problem;
  return { ...(requestId === undefined ? {} : { requestId }), ...(error === undefined ? {} : { error }) };
}

function problemCode(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('code' in body)) return undefined;
  return typeof body.code === 'string' ? body.code : undefined;
}

function call(spec: RequestSpec, options: LedgerOptions, agent: Agent): Promise<Answer> {
  const payload = spec.body === undefined ? undefined : JSON.stringify(spec.body);
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(spec.timeoutMs ?? 10_000)]);
  return new Promise((resolve) => {
    let target: URL;
    try {
      target = new URL(spec.path, options.urlOf(spec.replica));
    } catch {
      // The replica is not running: there is no address to call.
      resolve({ status: 0, body: null, headers: {}, error: 'NOT_RUNNING', refused: true });
      return;
    }
    const outgoing = httpRequest(target, {
      method: spec.method,
      agent,
      signal,
      headers: {
        accept: 'application/json',
        ...(payload === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
        ...spec.headers,
      },
    });
    outgoing.on('response', (response) => {
      readBody(response).then(resolve, (error: unknown) => resolve(failure(error, false)));
    });
    outgoing.on('error', (error) => resolve(failure(error, isRefused(error))));
    outgoing.end(payload);
  });
}

async function readBody(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    const buffer = Buffer.from(chunk as Uint8Array);
    bytes += buffer.length;
    if (bytes <= bodyBytesMax) chunks.push(buffer);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (typeof value === 'string') headers[name] = value;
  }
  return {
    status: response.statusCode ?? 0,
    body: parse(Buffer.concat(chunks).toString('utf8')),
    headers,
    refused: false,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: a read finds no value in it, which the checks report.
    return null;
  }
}

function failure(error: unknown, refused: boolean): Answer {
  const named = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'NETWORK';
  const code = named === 'ABORT_ERR' ? 'TIMED_OUT' : named;
  return { status: 0, body: null, headers: {}, error: code, refused };
}

function isRefused(error: Error): boolean {
  return 'code' in error && error.code === 'ECONNREFUSED';
}
