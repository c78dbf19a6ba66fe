import {
  type Clock,
  type ExperimentHandle,
  loginView,
  type MigrationSite,
  type ObjectContent,
  type Operation,
  type ProviderCharge,
  type Random,
  type ReceivedMessage,
  type RequestResult,
  type RequestSpec,
  type Scan,
  type SignedForm,
  type StoreAnswer,
} from '@lab/sdk';

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
  /** Keys of the store that counts requests, at a moment. */
  readonly limitKeys?: (nowMs: number) => readonly { key: string; ttlMs: number }[];
  /** What lies in the object store, by key. */
  readonly objects?: () => Readonly<Record<string, ObjectContent>>;
  /** What the store says to a file that comes by a form; left out, it takes it. */
  readonly store?: (form: SignedForm, file: Uint8Array, changes: Readonly<Record<string, string | null>>) => Stored;
  /** What the store says to an address that ShelfWise has signed; left out, an empty 200. */
  readonly open?: (url: string) => Stored;
  /** The scanner's ledger at a moment. */
  readonly scans?: (nowMs: number) => readonly Scan[];
  /** What customers' servers have received at a moment. */
  readonly received?: (nowMs: number) => readonly ReceivedMessage[];
  /** The database that migrations run on, and every copy of it. */
  readonly site?: MigrationSite;
  readonly seed?: number;
  /** What the seeded numbers come to, in turn; then the lowest. */
  readonly integers?: readonly number[];
}

/** An answer of the object store to a customer; left out, it has no content and no headers. */
type Stored = Partial<StoreAnswer>;

/** The handle, and what was done with it. */
export interface Fake {
  readonly h: ExperimentHandle;
  readonly logins: readonly RequestSpec[];
  /** All calls but logins. */
  readonly sent: readonly RequestSpec[];
  /** Every call, as a ledger keeps it. */
  readonly history: readonly Operation[];
  readonly queries: readonly { readonly sql: string; readonly params: readonly unknown[] }[];
  readonly used: readonly string[];
  readonly sleptMs: readonly number[];
}

/** The answer to a login that succeeds. */
export const letIn = (): Answer => ({ body: { accessToken: 'token-of-the-editor' } });

const notHere = async (): Promise<never> => {
  throw new Error('The code under test has no business here.');
};

const noSite: MigrationSite = {
  begin: notHere,
  query: notHere,
  holdReport: notHere,
  lockRows: notHere,
  rush: notHere,
  watchLocks: notHere,
  watchStatements: notHere,
};

/** A handle without a stack: logins succeed and other calls are answered with an empty 200, unless the test says otherwise. */
export function fakeHandle(options: FakeOptions = {}): Fake {
  const { answer = () => ({}), rows = [], keys = () => [], charges = () => [], integers = [] } = options;
  const { limitKeys = () => [], scans = () => [], received = () => [] } = options;
  const logins: RequestSpec[] = [];
  const sent: RequestSpec[] = [];
  const history: Operation[] = [];
  const used: string[] = [];
  const sleptMs: number[] = [];
  const queries: { sql: string; params: readonly unknown[] }[] = [];
  const shared = new Map<string, Promise<unknown>>();
  const clock = stoppedClock(sleptMs);
  const answerTo = (spec: RequestSpec): Answer => {
    const isLogin = spec.view === loginView;
    (isLogin ? logins : sent).push(spec);
    return isLogin ? (options.login ?? letIn)(spec) : answer(spec, sent.length);
  };
  const request = async (spec: RequestSpec): Promise<RequestResult> => {
    const { status = 200, body = null, outcome = 'ok', headers = {} } = answerTo(spec);
    const operation = operationOf(spec, { id: sent.length, status, outcome, body });
    history.push(operation);
    return { operation, body, headers };
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
    cache: keyStore(() => keys(clock.nowMs())),
    limits: keyStore(() => limitKeys(clock.nowMs())),
    objects: objectStore(options),
    links: { hold: notHere, cut: notHere, delay: notHere, limit: notHere, silence: notHere },
    metrics: async () => null,
    processes: {
      kill: notHere,
      start: notHere,
      startMeanwhile: () => {
        throw new Error('not here');
      },
      someRuns: async () => true,
      stop: notHere,
      pause: notHere,
    },
    migrations: { shop: options.site ?? noSite, copy: async () => options.site ?? noSite },
    payment: {
      hold: notHere,
      behave: notHere,
      charges: async (reference) =>
        charges(clock.nowMs()).filter((charge) => reference === undefined || charge.reference === reference),
      attempts: notHere,
      calls: notHere,
    },
    scanner: {
      hold: notHere,
      behave: notHere,
      scans: async (sha256) => scans(clock.nowMs()).filter((scan) => sha256 === undefined || scan.sha256 === sha256),
      testVirus: () => new TextEncoder().encode('virus'),
    },
    receiver: {
      urlOf: (path) => `http://receiver.example${path}`,
      hold: notHere,
      behave: notHere,
      received: async (path) =>
        received(clock.nowMs()).filter((message) => path === undefined || message.path === path),
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
  return { h, logins, sent, history, queries, used, sleptMs };
}

function keyStore(keys: () => readonly { key: string; ttlMs: number }[]): ExperimentHandle['cache'] {
  return { command: notHere, keys: async () => keys(), count: async () => keys().length };
}

function objectStore({ objects = () => ({}), store = () => ({ status: 204 }), open = () => ({}) }: FakeOptions) {
  const answered = (said: Stored): StoreAnswer => ({
    status: 200,
    code: null,
    headers: {},
    content: new Uint8Array(),
    sha256: '',
    ...said,
  });
  const handle: ExperimentHandle['objects'] = {
    isAt: (url) => url.startsWith('http://store.example/'),
    list: async (prefix = '') =>
      Object.entries(objects())
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, { content, sha256 }]) => ({ key, bytes: content.length, etag: sha256, writtenAtMs: 0 }))
        .toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    head: async (key) => objects()[key]?.headers ?? null,
    read: async (key) => objects()[key] ?? null,
    submit: async (form, file, changes = {}) => answered(store(form, file, changes)),
    open: async (url) => answered(open(url)),
  };
  return handle;
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
