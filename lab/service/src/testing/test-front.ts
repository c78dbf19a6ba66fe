import { Agent, request as send } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export interface FrontRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface FrontAnswer {
  readonly status: number;
  readonly body: string;
  /** Of the server that answered. */
  readonly port: number;
}

/** What a load balancer does: it asks servers whether they are ready, and sends each request to one that said so, once. */
export interface TestFront extends AsyncDisposable {
  /** Ports that said that they are ready when they were asked last. */
  ready(): readonly number[];
  /** Rejects when no server is ready, or when the connection breaks. Nothing is sent again. */
  request(request: FrontRequest): Promise<FrontAnswer>;
}

interface FrontSettings {
  readonly ports: readonly number[];
  readonly pollMs: number;
}

const ANSWER_LIMIT_MS = 20_000;

export function startTestFront({ ports, pollMs }: FrontSettings): TestFront {
  // It keeps connections, and leaves one when an answer says `Connection: close`.
  const agent = new Agent({ keepAlive: true });
  const stopping = new AbortController();
  let ready: readonly number[] = [];
  let turn = 0;
  const ended = poll();

  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      const answers = await Promise.all(ports.map(isReady));
      ready = ports.filter((_port, index) => answers[index]);
      await sleep(pollMs, undefined, { signal: stopping.signal }).catch(() => {}); // Told to stop.
    }
  }

  return {
    ready: () => ready,
    async request(request) {
      turn += 1;
      const port = ready[turn % ready.length];
      if (port === undefined) throw new Error('No server is ready.');
      return await ask(agent, port, request);
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await ended;
      agent.destroy();
    },
  };
}

async function isReady(port: number): Promise<boolean> {
  const signal = AbortSignal.timeout(1_000);
  return await fetch(`http://127.0.0.1:${port}/readyz`, { signal }).then(
    ({ ok }) => ok,
    () => false,
  );
}

function ask(agent: Agent, port: number, { method, path, headers, body }: FrontRequest): Promise<FrontAnswer> {
  return new Promise((resolve, reject) => {
    const options = { agent, host: '127.0.0.1', port, method, path, headers, timeout: ANSWER_LIMIT_MS };
    const asked = send(options, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer, port }), reject);
    });
    asked.once('error', reject).once('timeout', () => asked.destroy(new Error('The server does not answer.')));
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
