import type { Clock, ExperimentHandle, Operation, ProviderCharge, Random, RequestResult, RequestSpec } from '@lab/sdk';

/** What the fake answers a call with; left out, it is an empty 200. */
export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly outcome?: Operation['outcome'];
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FakeOptions {
  /** Answers of calls other than logins; the first call is number 1. */
  readonly answer?: (spec: RequestSpec, call: number) => Answer;
  readonly login?: (spec: RequestSpec) => Answer;
  readonly rows?: readonly Record<string, unknown>[];
  readonly keys?: (nowMs: number) => readonly { key: string; ttlMs: number }[];
  /** The provider's ledger at a moment. */
  readonly charges?: (nowMs: number) => readonly ProviderCharge[];
  readonly seed?: number;
  /** What the seeded numbers come to, in turn; then the lowest. */
  readonly integers?: readonly number[];
}

/** The handle, and what was done with it. */
export interface Fake {
  readonly h: ExperimentHandle;
  readonly logins: readonly RequestSpec[];
  /** All calls but logins. */
  readonly sent: readonly RequestSpec[];
  readonly queries: readonly { readonly sql: string; readonly params: readonly unknown[] }[];
  readonly used: readonly string[];
  readonly sleptMs: readonly number[];
}

/** The answer to a login that succeeds. */
export const letIn = (): Answer => ({ body: { accessToken: 'token-of-the-editor' } });

const notHere = async (): Promise<never> => {
  throw new Error('The code under test has no business here.');
};

/** A handle without a stack: logins succeed and other calls are answered with an empty 200, unless the test says otherwise. */
export function fakeHandle(options: FakeOptions = {}): Fake {
  const { answer = () => ({}), rows = [], keys = () => [], charges = () => [], integers = [] } = options;
  const logins: RequestSpec[] = [];
  const sent: RequestSpec[] = [];
  const used: string[] = [];
  const sleptMs: number[] = [];
  const queries: { sql: string; params: readonly unknown[] }[] = [];
  const shared = new Map<string, Promise<unknown>>();
  const clock = stoppedClock(sleptMs);
  const answerTo = (spec: RequestSpec): Answer => {
    const isLogin = spec.view === 'login';
    (isLogin ? logins : sent).push(spec);
    return isLogin ? (options.login ?? letIn)(spec) : answer(spec, sent.length);
  };
  const request = async (spec: RequestSpec): Promise<RequestResult> => {
    const { status = 200, body = null, outcome = 'ok', headers = {} } = answerTo(spec);
    return { operation: operationOf(spec, { id: sent.length, status, outcome, body }), body, headers };
  };
  const h: ExperimentHandle = {
    signal: new AbortController().signal,
    clock,
    seed: options.seed ?? 0,
    random: seeded(integers),
    attempt: 1,
    replicas: ['api-2', 'api-1', 'api-3'],
    workers: [],
    database: {
      query: async (sql, params = []) => {
        queries.push({ sql, params });
        return rows;
      },
      lockRows: notHere,
      lockTables: notHere,
      gateCommits: notHere,
      watchCommits: notHere,
      isBlockedBy: notHere,
      activeSessions: notHere,
      statementCount: notHere,
    },
    cache: { command: notHere, keys: async () => keys(clock.nowMs()) },
    links: { hold: notHere, cut: notHere, delay: notHere },
    processes: { kill: notHere, start: notHere, stop: notHere, pause: notHere },
    payment: {
      hold: notHere,
      behave: notHere,
      charges: async (reference) =>
        charges(clock.nowMs()).filter((charge) => reference === undefined || charge.reference === reference),
      attempts: notHere,
    },
    request,
    use: (...ids) => void used.push(...ids),
    once: <T>(name: string, make: () => Promise<T>): Promise<T> => {
      const made = shared.get(name) ?? make();
      shared.set(name, made);
      return made as Promise<T>;
    },
    usedKeys: () => used.map((key) => ({ experiment: 'earlier', key })),
  };
  return { h, logins, sent, queries, used, sleptMs };
}

function operationOf(
  spec: RequestSpec,
  seen: { id: number; status: number; outcome: Operation['outcome']; body: unknown },
): Operation {
  const { id, status, outcome, body } = seen;
  const { client, kind, view, replica } = spec;
  const key = spec.keyOf?.(body, status) ?? spec.key;
  const value = kind === 'write' ? (spec.value ?? null) : (spec.read?.(body, status) ?? null);
  return { id, client, kind, view, replica, key, value, startMs: 0, endMs: 1, outcome, status };
}

function seeded(integers: readonly number[]): Random {
  const left = [...integers];
  const integer = (min: number): number => left.shift() ?? min;
  return {
    next: () => 0,
    integer,
    pick: (items) => {
      const item = items[integer(0)];
      if (item === undefined) throw new RangeError('There is no such item.');
      return item;
    },
    shuffle: (items) => [...items],
  };
}

/** Stands still but for sleeping. */
function stoppedClock(sleptMs: number[]): Clock {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    sleep: async (ms) => {
      sleptMs.push(ms);
      nowMs += ms;
    },
  };
}
