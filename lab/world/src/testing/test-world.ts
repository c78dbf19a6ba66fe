import { type Agent, type IncomingHttpHeaders, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createWorldControl, type WorldControl } from '../control/world-control.ts';
import { startWorld } from '../start-world.ts';

export const token = 'token-of-the-tests';

export interface TestWorld extends AsyncDisposable {
  readonly control: WorldControl;
  readonly controlUrl: string;
  portOf(caller: string): number;
  scannerPortOf(caller: string): number;
  receiverPortOf(caller: string): number;
  /** Ids of the charges that moved money for this reference, as a caller sees them. */
  effects(reference: string): Promise<readonly string[]>;
  stopped: Promise<void>;
}

/** A world of the test's own in this process, with callers worker-1 and worker-2. */
export async function startTestWorld(): Promise<TestWorld> {
  const callers = ['worker-1', 'worker-2'].map((caller) => ({ caller, port: 0 }));
  const world = await startWorld({
    callers,
    scannerCallers: callers,
    receiverCallers: callers,
    controlPort: 0,
    token,
    seed: 1,
    keyTtlMs: undefined,
  });
  const controlUrl = `http://127.0.0.1:${world.control}`;
  const portOf = (caller: string) => world.callers[caller] ?? 0;
  return {
    control: createWorldControl({ url: controlUrl, token, signal: new AbortController().signal }),
    controlUrl,
    portOf,
    scannerPortOf: (caller) => world.scanner?.[caller] ?? 0,
    receiverPortOf: (caller) => world.receiver?.[caller] ?? 0,
    stopped: world.stopped,
    async effects(reference) {
      const path = `/charges?reference=${reference}`;
      const { body } = await send(portOf('worker-2'), { method: 'GET', path }).answer;
      return (body as { charges: { id: string }[] }).charges.map(({ id }) => id);
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is when it is text. */
  readonly body?: unknown;
  /** Default: a connection of its own. */
  readonly agent?: Agent;
}

export interface Received {
  /** The caller's port: which connection it was. */
  readonly from: number | undefined;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** One request. `cut` closes its connection, as a caller does that gives up or dies. */
export function send(port: number, { method = 'POST', path = '/charges', headers = {}, body, agent }: Sent) {
  const { promise: answer, resolve, reject } = Promise.withResolvers<Received>();
  // Who cuts a request does not ask for its answer.
  answer.catch(() => undefined);
  const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: agent ?? false }, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      text += chunk;
    });
    response.on('error', reject);
    const from = response.socket.localPort;
    response.on('end', () => {
      resolve({
        from,
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: text === '' ? null : JSON.parse(text),
      });
    });
  });
  sent.on('error', reject);
  sent.end(typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body));
  return { answer, cut: () => void sent.destroy() };
}

/** Asks until the answer is true, for at most 3 s. */
export async function eventually(isTrue: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + 3_000;
  while (!(await isTrue())) {
    if (performance.now() > giveUpAt) throw new Error(`Not within 3 s: ${isTrue}`);
    await sleep(5);
  }
}
