import type { Evidence, ExperimentHandle, Operation, RequestSpec } from '@lab/sdk';
import { expect, test } from 'vitest';
import { attemptOf, checkNamed, codesOf, evidenceOf } from '../../shared/testing/evidence.ts';
import { fakeHandle } from '../../shared/testing/fake-handle.ts';
import { quotas, windowMs } from '../plans.ts';
import { scenario } from '../scenario.ts';
import { restedBurst } from './at-rest.ts';
import { clocksApart } from './clocks-apart.ts';
import { flood } from './flood.ts';

/** Limiters as a whole service has them: who asks, through which replica, when. True: accepted. */
type Model = (asked: { readonly key: string; readonly replica: string; readonly nowMs: number }) => boolean;

const quotaOf = (key: string) => quotas[key.split(':')[0] ?? ''] ?? { limit: 0, windowMs, burst: 0 };

function stateOf<State>(initial: () => State): (key: string) => State {
  const states = new Map<string, State>();
  return (key) => {
    const state = states.get(key) ?? initial();
    states.set(key, state);
    return state;
  };
}

function bucket(options: {
  readonly share?: number;
  readonly whole?: boolean;
  readonly keyOf?: (asked: Parameters<Model>[0]) => string;
}): Model {
  const { share = 1, whole = false, keyOf = ({ key }) => key } = options;
  const bucketOf = stateOf(() => ({ tokens: Number.POSITIVE_INFINITY, atMs: 0 }));
  return (asked) => {
    const { limit, burst } = quotaOf(asked.key);
    const state = bucketOf(keyOf(asked));
    const back = (Math.max(0, asked.nowMs - state.atMs) * limit * share) / windowMs;
    state.tokens = Math.min(burst * share, state.tokens + (whole ? Math.floor(back) : back));
    state.atMs = asked.nowMs;
    if (state.tokens < 1) return false;
    state.tokens -= 1;
    return true;
  };
}

function log({ countsRefused = false } = {}): Model {
  const logOf = stateOf<{ times: number[] }>(() => ({ times: [] }));
  return ({ key, nowMs }) => {
    const state = logOf(key);
    state.times = state.times.filter((atMs) => atMs > nowMs - windowMs);
    const isAccepted = state.times.length < quotaOf(key).limit;
    if (isAccepted || countsRefused) state.times.push(nowMs);
    return isAccepted;
  };
}

/** `begins`: with the clock, with the first request, or anew with each request. */
function window(begins: 'clock' | 'first' | 'each'): Model {
  const windowOf = stateOf(() => ({ used: 0, endsMs: 0 }));
  return ({ key, nowMs }) => {
    const state = windowOf(key);
    if (nowMs >= state.endsMs) {
      state.used = 0;
      state.endsMs = begins === 'clock' ? (Math.floor(nowMs / windowMs) + 1) * windowMs : nowMs + windowMs;
    }
    if (begins === 'each') state.endsMs = nowMs + windowMs;
    state.used += 1;
    return state.used <= quotaOf(key).limit;
  };
}

/** Counts by so many slots of the clock, of which each leaves when its start has left the window. */
function slots(number: number): Model {
  const countsOf = stateOf(() => new Map<number, number>());
  return ({ key, nowMs }) => {
    const counts = countsOf(key);
    const current = Math.floor((nowMs * number) / windowMs);
    let used = 0;
    for (const [slot, count] of counts) if (slot > current - number) used += count;
    if (used >= quotaOf(key).limit) return false;
    counts.set(current, (counts.get(current) ?? 0) + 1);
    return true;
  };
}

function estimate(): Model {
  const countsOf = stateOf(() => new Map<number, number>());
  return ({ key, nowMs }) => {
    const counts = countsOf(key);
    const number = Math.floor(nowMs / windowMs);
    const passed = (nowMs % windowMs) / windowMs;
    const used = counts.get(number) ?? 0;
    if ((counts.get(number - 1) ?? 0) * (1 - passed) + used + 1 > quotaOf(key).limit) return false;
    counts.set(number, used + 1);
    return true;
  };
}

/** As each replica of ShelfWise does: a refusal is repeated for as long as it said, and the store is not asked. */
function remembering(inner: Model, ms: number): Model {
  const refusalOf = stateOf(() => ({ untilMs: 0 }));
  return (asked) => {
    const refusal = refusalOf(`${asked.key} ${asked.replica}`);
    if (asked.nowMs < refusal.untilMs) return false;
    const isAccepted = inner(asked);
    if (!isAccepted) refusal.untilMs = asked.nowMs + ms;
    return isAccepted;
  };
}

const penalty = (): Model => {
  const inner = bucket({});
  const untilOf = stateOf(() => ({ untilMs: 0 }));
  return (asked) => {
    const state = untilOf(asked.key);
    if (asked.nowMs < state.untilMs) return false;
    const isAccepted = inner(asked);
    if (!isAccepted) state.untilMs = asked.nowMs + 30_000;
    return isAccepted;
  };
};

/** The experiment with that service: its clock runs by sleeping, and every answer takes 4 ms. */
async function evidenceWith(model: Model, experiment: typeof flood): Promise<Evidence> {
  const history: Operation[] = [];
  const plans = ['free', 'pro', 'enterprise'];
  const rows = Array.from({ length: 15 }, (_, index) => ({
    slug: `shop-${index + 5}`,
    plan: plans[index % 3],
    book: `book-${index}`,
  }));
  const { h } = fakeHandle({ rows, seed: 4 });
  let nowMs = 137;
  let drawn = 1;
  const clock = {
    nowMs: () => nowMs,
    sleep: async (ms: number) => {
      nowMs += ms;
    },
  };
  const request = async (spec: RequestSpec) => {
    const startMs = nowMs;
    const status = model({ key: spec.key, replica: spec.replica, nowMs: startMs + 2 }) ? 200 : 429;
    const { client, kind, view, replica, key } = spec;
    const outcome = status === 200 ? ('ok' as const) : ('fail' as const);
    const operation = {
      id: history.length + 1,
      experiment: experiment.id,
      client,
      kind,
      view,
      replica,
      key,
      value: null,
      startMs,
      endMs: startMs + 4,
      outcome,
      status,
    };
    if (view !== 'login') history.push(operation);
    return { operation, body: { accessToken: 'a.b.c' }, headers: status === 429 ? { 'retry-after': '1' } : {} };
  };
  const handle: ExperimentHandle = {
    ...h,
    clock,
    request,
    random: {
      ...h.random,
      next: () => {
        drawn = (drawn * 16_807) % 2_147_483_647;
        return drawn / 2_147_483_647;
      },
    },
    processes: { ...h.processes, kill: async () => undefined, start: async () => true },
    database: { ...h.database, statementCount: async () => 0 },
    limits: {
      ...h.limits,
      command: async () => [String(Math.floor(nowMs / 1_000)), String(Math.round((nowMs % 1_000) * 1_000))],
    },
  };
  const { reached, facts = {} } = await experiment.run(handle);
  const mine = history.filter(({ view }) => !view.includes('login'));
  return evidenceOf(scenario, {
    history: mine,
    selected: [experiment.id],
    experiments: [attemptOf(experiment.id, { reached, facts })],
  });
}

const judged = [
  'clocks-apart',
  'one-quota',
  'any-window',
  'served-within-plan',
  'not-locked-out',
  'refusals-are-honest',
  'refusals-cost-nothing',
];

async function findings(model: Model, experiment = flood): Promise<Record<string, readonly string[]>> {
  const evidence = await evidenceWith(model, experiment);
  const found = judged.map((name) => [name, [...new Set(codesOf(checkNamed(scenario, name), evidence))]] as const);
  return Object.fromEntries(found.filter(([, codes]) => codes.length > 0));
}

const over = ['OVER_QUOTA'];
const refused = ['REFUSED_WITHIN_PLAN'];
const ofReplica = ({ key, replica }: Parameters<Model>[0]): string => `${key} ${replica}`;

test.each<[string, () => Model, Record<string, readonly string[]>]>([
  ['a token bucket for all replicas', () => bucket({}), {}],
  ['a log of what was accepted', () => log(), {}],
  ['a bucket in each replica', () => bucket({ keyOf: ofReplica }), { 'one-quota': over, 'any-window': over }],
  [
    'a third of a bucket in each replica',
    () => bucket({ share: 1 / 3, keyOf: ofReplica }),
    { 'served-within-plan': refused },
  ],
  ['a window of the clock', () => window('clock'), { 'any-window': over }],
  ['a window from the first request on', () => window('first'), { 'any-window': over }],
  ['a window of four slots that leave when their start has left', () => slots(4), { 'any-window': over }],
  ['a window of ten slots that leave when their start has left', () => slots(10), { 'any-window': over }],
  ['an estimate from two windows', () => estimate(), { 'any-window': over }],
  ['a log of all requests', () => log({ countsRefused: true }), { 'not-locked-out': ['LOCKED_OUT'] }],
  [
    'a window that begins anew with each request',
    () => window('each'),
    { 'served-within-plan': refused, 'not-locked-out': ['LOCKED_OUT'] },
  ],
  [
    'a bucket in which whole tokens come back',
    () => bucket({ whole: true }),
    { 'served-within-plan': refused, 'not-locked-out': ['LOCKED_OUT'] },
  ],
  ['a token bucket whose refusals are remembered', () => remembering(bucket({}), 67), {}],
  ['a log whose refusals are remembered', () => remembering(log(), 67), {}],
  [
    'a log of all requests whose refusals are remembered for the time of one token',
    () => remembering(log({ countsRefused: true }), 67),
    { 'not-locked-out': ['LOCKED_OUT'] },
  ],
  [
    'a window that begins anew with each request, whose refusals are remembered for a second',
    () => remembering(window('each'), 1_000),
    { 'served-within-plan': refused, 'not-locked-out': ['LOCKED_OUT'] },
  ],
  ['a bucket with half a minute of penalty', penalty, { 'not-locked-out': ['LOCKED_OUT'] }],
  [
    'one bucket for all',
    () => bucket({ keyOf: () => 'all' }),
    { 'served-within-plan': refused, 'not-locked-out': ['LOCKED_OUT'] },
  ],
  [
    'no limit for the largest plan',
    () => {
      const inner = bucket({});
      return (asked) => asked.key.startsWith('enterprise:') || inner(asked);
    },
    { 'one-quota': over },
  ],
  ['no limits', () => () => true, { 'one-quota': over, 'any-window': over, 'refusals-cost-nothing': ['NOT_MEASURED'] }],
])('in a flood %s is judged as it should be', async (_name, model, expected) => {
  expect(await findings(model())).toEqual(expected);
});

test('what ten slots forget too soon is seen with room to spare', async () => {
  const { history } = await evidenceWith(slots(10), flood);
  const accepted = history.filter(({ key, status }) => key.startsWith('address:') && status === 200);
  const inWindow = accepted.map(
    ({ startMs: fromMs }) =>
      accepted.filter(({ startMs, endMs }) => startMs >= fromMs && endMs <= fromMs + windowMs).length,
  );
  expect(Math.max(...inWindow)).toBeGreaterThan(50);
});

test('a burst after a rest is every client’s due', async () => {
  expect(await findings(bucket({}), restedBurst)).toEqual({});
  expect(await findings(log(), restedBurst)).toEqual({});
  const none = bucket({ share: 0.1 });
  expect(await findings(none, restedBurst)).toEqual({ 'served-within-plan': refused });
});

test('over three hundred requests a second come from crawlers, from first to last', async () => {
  const { history } = await evidenceWith(bucket({}), flood);
  const crawled = history.filter(({ view }) => !['even', 'opening'].includes(view)).map(({ startMs }) => startMs);
  const [fromMs, toMs] = [Math.min(...crawled), Math.max(...crawled)];
  for (let atMs = fromMs; atMs + 1_000 <= toMs; atMs += 250) {
    const inSecond = crawled.filter((startMs) => startMs >= atMs && startMs < atMs + 1_000);
    expect(inSecond.length).toBeGreaterThanOrEqual(298);
  }
});

/** The same, told the time by the replica that is asked; the first one's clock is ahead. */
function toldTheTime(inner: Model): Model {
  return (asked) => inner({ ...asked, nowMs: asked.nowMs + (asked.replica === 'api-2' ? 5_000 : 0) });
}

/** A bucket whose time never goes back, told the time by each replica. */
function latestTime(): Model {
  const inner = bucket({});
  const latestOf = stateOf(() => ({ atMs: 0 }));
  return toldTheTime((asked) => {
    const latest = latestOf(asked.key);
    latest.atMs = Math.max(latest.atMs, asked.nowMs);
    return inner({ ...asked, nowMs: latest.atMs });
  });
}

test.each<[string, () => Model, readonly string[]]>([
  ['the time of the store', () => bucket({}), []],
  ['a log by the time of the store', () => log(), []],
  ['the time of each replica', () => toldTheTime(bucket({})), over],
  ['a log by the time of each replica', () => toldTheTime(log()), over],
  ['the latest time that any replica told', latestTime, refused],
])('with clocks apart, %s is judged as it should be', async (_name, model, expected) => {
  expect((await findings(model(), clocksApart))['clocks-apart'] ?? []).toEqual(expected);
});
