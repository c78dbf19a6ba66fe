import { type Evidence, type ExperimentHandle, type Held, loginView, type Operation, type RequestSpec } from '@lab/sdk';
import { expect, test } from 'vitest';
import { attemptOf, checkNamed, codesOf, evidenceOf } from '../../shared/testing/evidence.ts';
import { fakeHandle } from '../../shared/testing/fake-handle.ts';
import { quotas } from '../plans.ts';
import { scenario } from '../scenario.ts';

/** How a service deals with its store: what the tests vary. The defaults are right. */
interface Behaviour {
  /** By whom it is counted while the store answers. */
  readonly countsIn?: 'store' | 'replica';
  /** Of the plan, in each replica, while it decides alone. */
  readonly alone?: 'share' | 'plan' | 'all' | 'none' | 'one-bucket';
  /** How long a request waits for a store that does not answer. */
  readonly waitMs?: number;
  /** After so many that waited, nobody does any more. */
  readonly waiting?: number;
  /** From the end of an outage until the store is used again. */
  readonly backMs?: number;
  readonly retryAfter?: string;
  readonly signIn?: 'closed' | 'open' | 'alone' | 'wrong-password' | 'refused-silently';
  readonly starts?: boolean;
  readonly tells?: 'all' | 'nothing' | 'the-beginning';
  /** Whether a ceiling is there for addresses, too. */
  readonly strangers?: 'limited' | 'let-in';
  readonly staysReady?: boolean;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/** An experiment with a shop that behaves so. Time runs by sleeping; three replicas, one store. */
async function evidenceOfOutage(experiment: string, behaviour: Behaviour = {}): Promise<Evidence> {
  const { countsIn = 'store', alone = 'share', waitMs = 50, waiting = 3, backMs = 400, retryAfter = '1' } = behaviour;
  const { signIn = 'closed', starts = true, tells = 'all', strangers = 'limited', staysReady = true } = behaviour;
  const time = virtualTime();
  const history: Operation[] = [];
  const away = new Map<string, { sinceMs: number; waited: number }>();
  const backAtMs = new Map<string, number>();
  const everAway = new Set<string>();
  const buckets = new Map<string, Bucket>();
  const triedBy = new Map<string, number>();

  const take = (
    key: string,
    { limit, windowMs, burst }: { limit: number; windowMs: number; burst: number },
  ): boolean => {
    const bucket = buckets.get(key) ?? { tokens: burst, atMs: time.nowMs() };
    buckets.set(key, bucket);
    bucket.tokens = Math.min(burst, bucket.tokens + ((time.nowMs() - bucket.atMs) * limit) / windowMs);
    bucket.atMs = time.nowMs();
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  };
  const isAlone = (replica: string): boolean => away.has(replica) || time.nowMs() < (backAtMs.get(replica) ?? 0);
  const letsIn = (key: string, replica: string): boolean => {
    const quota = quotas[key.split(':')[0] ?? ''] ?? { limit: 1, windowMs: 1_000, burst: 1 };
    if (!isAlone(replica)) return take(countsIn === 'store' ? key : `${key} ${replica}`, quota);
    if (strangers === 'let-in' && key.startsWith('address:')) return true;
    if (alone === 'all' || alone === 'none') return alone === 'all';
    const part = alone === 'share' ? 2 / 3 : 1;
    const own = { limit: quota.limit * part, windowMs: quota.windowMs, burst: Math.ceil(quota.burst * part) };
    return take(alone === 'one-bucket' ? `all ${replica}` : `alone ${key} ${replica}`, own);
  };
  /** Who asks while the store does not answer waits, as long as nobody has found out. */
  const waitFor = async (replica: string): Promise<void> => {
    const outage = away.get(replica);
    if (outage === undefined || outage.waited >= waiting) return;
    await time.sleep(waitMs);
    outage.waited += 1;
  };
  const signInStatus = (replica: string, isOwner: boolean): number => {
    const right = isOwner ? 200 : 401;
    if (!isAlone(replica) || signIn === 'open') return right;
    if (signIn === 'wrong-password') return 401;
    const tried = triedBy.get(replica) ?? 0;
    triedBy.set(replica, tried + 1);
    return signIn === 'alone' && tried < 4 ? right : 503;
  };
  const answer = async ({ view, key, replica, body }: RequestSpec): Promise<number> => {
    if (view === loginView) return 200;
    if (key.startsWith('replica:')) return staysReady || !isAlone(replica) ? 200 : 503;
    await waitFor(replica);
    await time.sleep(4);
    if (!key.startsWith('account:')) return letsIn(key, replica) ? 200 : 429;
    return signInStatus(replica, JSON.stringify(body).includes('shelfwise-dev'));
  };
  const request = async (spec: RequestSpec) => {
    const startMs = time.nowMs();
    const id = history.length + 1;
    const { client, kind, view, replica, key, timeoutMs = 10_000 } = spec;
    const waits = away.has(replica) && waitMs >= timeoutMs;
    const status = await (waits ? Promise.race([answer(spec), time.sleep(timeoutMs).then(() => 0)]) : answer(spec));
    const outcome = status === 200 ? 'ok' : 'fail';
    const said = status === 0 ? { error: 'TIMED_OUT' } : {};
    const operation: Operation = {
      ...{ id, experiment, client, kind, view, replica, key, value: null, startMs, outcome, status, ...said },
      endMs: time.nowMs(),
    };
    if (view !== loginView) history.push(operation);
    const isTold = status === 429 || (status === 503 && signIn !== 'refused-silently');
    const headers: Record<string, string> = isTold ? { 'retry-after': retryAfter } : {};
    return { operation, body: { accessToken: 'a.b.c' }, headers };
  };
  const broken = (replicas: readonly string[]): Held => {
    for (const replica of replicas) {
      away.set(replica, { sinceMs: time.nowMs(), waited: 0 });
      everAway.add(replica);
    }
    const release = async (): Promise<void> => {
      for (const replica of replicas) {
        away.delete(replica);
        backAtMs.set(replica, time.nowMs() + backMs);
      }
    };
    return { release, [Symbol.asyncDispose]: release };
  };
  const figureOf = (replica: string): number => {
    if (tells === 'nothing') return 1;
    return isAlone(replica) || (tells === 'the-beginning' && everAway.has(replica)) ? 0 : 1;
  };

  const { h } = fakeHandle({ rows: tenants, seed: 4 });
  let pause: Held | undefined;
  let drawn = 1;
  const handle: ExperimentHandle = {
    ...h,
    clock: time,
    request,
    metrics: async (replica) => `# HELP x\nrate_limit_store_available ${figureOf(replica)}\nother 3\n`,
    random: {
      ...h.random,
      next: () => {
        drawn = (drawn * 16_807) % 2_147_483_647;
        return drawn / 2_147_483_647;
      },
    },
    links: { ...h.links, silence: async (replicas) => broken(replicas), cut: async (replicas) => broken(replicas) },
    processes: { ...h.processes, kill: async () => undefined, start: async () => starts },
    limits: {
      ...h.limits,
      command: async (name, what) => {
        if (what === 'PAUSE') pause = broken(h.replicas);
        if (what === 'UNPAUSE') await pause?.release();
        // A store that is started anew has forgotten all counts.
        if (name === 'FLUSHALL') {
          for (const key of buckets.keys()) if (!/^(?:alone|all) /.test(key)) buckets.delete(key);
        }
      },
    },
    database: { ...h.database, statementCount: async () => 0 },
  };
  const found = scenario.experiments.find(({ id }) => id === experiment);
  if (found === undefined) throw new RangeError(`There is no experiment "${experiment}".`);
  const { reached, facts = {} } = await time.during(found.run(handle));
  return evidenceOf(scenario, {
    history,
    selected: [experiment],
    experiments: [attemptOf(experiment, { reached, facts })],
  });
}

const plans = ['free', 'pro', 'enterprise'];
const tenants = Array.from({ length: 15 }, (_, index) => ({
  slug: `shop-${index + 5}`,
  plan: plans[index % 3],
  book: `book-${index}`,
}));

/** Several may sleep at the same time: whoever is due first wakes first. */
function virtualTime() {
  let nowMs = 137;
  const sleepers: { readonly atMs: number; wake(): void }[] = [];
  return {
    nowMs: () => nowMs,
    sleep: (ms: number) => new Promise<void>((wake) => void sleepers.push({ atMs: nowMs + ms, wake })),
    during: async <T>(work: Promise<T>): Promise<T> => {
      let isOver = false;
      const over = work.finally(() => {
        isOver = true;
      });
      while (!isOver) {
        await new Promise((resolve) => setImmediate(resolve));
        if (sleepers.length === 0) continue;
        nowMs = Math.max(nowMs, Math.min(...sleepers.map(({ atMs }) => atMs)));
        const due = sleepers.filter(({ atMs }) => atMs <= nowMs);
        for (const sleeper of due) {
          sleepers.splice(sleepers.indexOf(sleeper), 1);
          sleeper.wake();
        }
      }
      return await over;
    },
  };
}

/** What is found by each check that finds something. */
async function found(
  experiment: string,
  behaviour: Behaviour = {},
): Promise<Readonly<Record<string, readonly string[]>>> {
  const evidence = await evidenceOfOutage(experiment, behaviour);
  const names = scenario.checks.filter(({ experiments }) => experiments.includes(experiment)).map(({ id }) => id);
  const codes = names.map((id) => {
    const name = id.slice(scenario.id.length + 1);
    return [name, [...new Set(codesOf(checkNamed(scenario, name), evidence))]] as const;
  });
  return Object.fromEntries(codes.filter(([, some]) => some.length > 0));
}

const served = 'served-without-store';
const waits = 'nobody-waits';
const again = 'counted-again';

test.each<[string, Behaviour, Readonly<Record<string, readonly string[]>>]>([
  ['counts in the store', {}, {}],
  ['counts in each replica', { countsIn: 'replica' }, { 'counted-at-rest': ['OVER_QUOTA'] }],
])('at rest, a shop that %s is judged as it should be', async (_what, behaviour, expected) => {
  expect(await found('at-rest', behaviour)).toEqual(expected);
});

test.each<[string, Behaviour, Readonly<Record<string, readonly string[]>>]>([
  ['gives each client two thirds of its plan', {}, {}],
  ['gives each client its plan in each replica', { alone: 'plan' }, {}],
  ['waits for 50 ms in each request', { waiting: Number.POSITIVE_INFINITY }, {}],
  ['takes four seconds to come back', { backMs: 4_000 }, {}],
  ['limits sign-in by each replica', { signIn: 'alone' }, {}],
  [
    'refuses everybody',
    { alone: 'none' },
    { [served]: ['REFUSED_WITHOUT_STORE', 'NOT_SERVED_AFTER_OUTAGE'], 'honest-without-store': ['REFUSED_AFTER_WAIT'] },
  ],
  [
    'has one bucket for all',
    { alone: 'one-bucket' },
    { [served]: ['REFUSED_WITHOUT_STORE', 'NOT_SERVED_AFTER_OUTAGE'] },
  ],
  [
    'lets everybody in',
    { alone: 'all' },
    { 'ceiling-without-store': ['NO_CEILING'], 'no-counting-in-the-database': ['NOT_MEASURED'] },
  ],
  [
    'waits for 500 ms in each request',
    { waitMs: 500, waiting: 1e9 },
    { [waits]: ['EVERYBODY_WAITS', 'REQUESTS_HUNG'] },
  ],
  [
    'waits for ten seconds in each request',
    { waitMs: 10_000, waiting: 1e9 },
    {
      [served]: ['NOT_SERVED_WITHOUT_STORE'],
      [waits]: ['EVERYBODY_WAITS', 'REQUESTS_HUNG'],
      'honest-without-store': ['NEITHER_SERVED_NOR_REFUSED'],
      'sign-in-stays-limited': ['SIGN_IN_MISLED', 'SIGN_IN_HUNG'],
      'no-counting-in-the-database': ['NOT_MEASURED'],
    },
  ],
  ['finds out within two seconds', { waitMs: 2_000 }, { [waits]: ['EVERYBODY_WAITS', 'REQUESTS_HUNG'] }],
  [
    'never comes back',
    { backMs: 1e9 },
    { [again]: ['OVER_QUOTA', 'SIGN_IN_STAYS_CLOSED'], 'outage-is-told': ['ALARM_STAYS_ON'] },
  ],
  ['lets addresses in', { strangers: 'let-in' }, { 'ceiling-without-store': ['NO_CEILING'] }],
  ['is not ready', { staysReady: false }, { [served]: ['NOT_READY_WITHOUT_STORE'] }],
  ['says nothing', { tells: 'nothing' }, { 'outage-is-told': ['OUTAGE_UNTOLD'] }],
  ['says that it went and not that it is back', { tells: 'the-beginning' }, { 'outage-is-told': ['ALARM_STAYS_ON'] }],
  ['sends clients away for a minute', { retryAfter: '60' }, { 'honest-without-store': ['RETRY_AFTER_TOO_LONG'] }],
  [
    'does not say when to come back',
    { retryAfter: '' },
    { 'honest-without-store': ['RETRY_AFTER_MISSING'], 'sign-in-stays-limited': ['SIGN_IN_MISLED'] },
  ],
  ['lets everybody guess', { signIn: 'open' }, { 'sign-in-stays-limited': ['GUESSES_UNLIMITED'] }],
  [
    'says that a right password is wrong',
    { signIn: 'wrong-password' },
    {
      'sign-in-stays-limited': ['GUESSES_UNLIMITED', 'SIGN_IN_MISLED'],
    },
  ],
])('without its store, a shop that %s is judged as it should be', async (_what, behaviour, expected) => {
  expect(await found('hangs', behaviour)).toEqual(expected);
});

test('the same holds for each way to lose the store', async () => {
  expect(await found('each-way')).toEqual({});
  expect(await found('each-way', { alone: 'all' })).toEqual({ 'ceiling-without-store': ['NO_CEILING'] });
});

test('a replica that does not start is named, and the others are judged all the same', async () => {
  expect(await found('each-way', { starts: false })).toEqual({ 'starts-without-store': ['DOES_NOT_START'] });
});

test('where all looks well soon, nobody waits for five seconds', async () => {
  const rounds = async (backMs: number) =>
    (await evidenceOfOutage('hangs', { backMs })).experiments[0]?.facts['rounds'];
  expect(await rounds(400)).toBe(2);
  expect(await rounds(4_000)).toBe(4);
  expect(await rounds(1e9)).toBe(4);
});
