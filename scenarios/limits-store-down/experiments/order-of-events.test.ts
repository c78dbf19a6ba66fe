import type { Experiment, ExperimentHandle, Held, RequestSpec } from '@lab/sdk';
import { expect, test } from 'vitest';
import { type Answer, fakeHandle } from '../../shared/testing/fake-handle.ts';
import { eachWay } from './each-way.ts';
import { hangs } from './hangs.ts';

const plans = ['free', 'pro', 'enterprise'];
const rows = Array.from({ length: 15 }, (_, index) => ({
  slug: `shop-${index + 5}`,
  plan: plans[index % 3],
  book: `book-${index}`,
}));

interface Options {
  readonly answer?: (spec: RequestSpec) => Answer;
  readonly comesUp?: boolean;
  /** The page of figures of each replica. */
  readonly figures?: string | null;
}

/** What is done to store and processes, and the first request of each view in between. */
async function eventsOf(experiment: Experiment, { answer = () => ({}), comesUp = true, figures = null }: Options = {}) {
  const events: string[] = [];
  const held = (what: string): Held => {
    events.push(what);
    const release = async (): Promise<void> => void events.push(`end of ${what}`);
    return { release, [Symbol.asyncDispose]: release };
  };
  const fake = fakeHandle({
    rows,
    answer: (spec) => {
      if (!events.includes(spec.view)) events.push(spec.view);
      return answer(spec);
    },
  });
  const h: ExperimentHandle = {
    ...fake.h,
    metrics: async () => figures,
    limits: { ...fake.h.limits, command: async (...words) => void events.push(words.join(' ')) },
    database: { ...fake.h.database, statementCount: async () => 7 },
    links: {
      ...fake.h.links,
      silence: async (replicas, dependency, answers = 'never') => {
        const how = answers === 'never' ? 'silence' : `answers ${answers.lateByMs} ms late`;
        return held(`${how} of ${dependency} for ${replicas.join(' ')}`);
      },
      cut: async (replicas, dependency) => held(`cut of ${dependency} for ${replicas.join(' ')}`),
    },
    processes: {
      ...fake.h.processes,
      kill: async (replica) => void events.push(`kill ${replica}`),
      start: async (replica) => {
        events.push(`start ${replica}`);
        return comesUp;
      },
    },
  };
  return { ...fake, events, outcome: await experiment.run(h) };
}

test('the store hangs for all replicas, and goes on when all was asked of them', async () => {
  const { events, outcome } = await eventsOf(hangs);
  const [pause, goesOn] = ['CLIENT PAUSE 30000 WRITE', 'CLIENT UNPAUSE'];
  const done = events.filter((event) => !/^(?:even|sticking|strangers|ready|sign-in)-|^guess/.test(event));
  expect(done).toEqual(['flood-before', pause, 'flood-away', goesOn, 'flood-healing', 'flood-after']);
  for (const view of ['sign-in-away', 'guess']) {
    expect(events.indexOf(view)).toBeGreaterThan(events.indexOf('even-away'));
    expect(events.indexOf(view)).toBeLessThan(events.indexOf(goesOn));
  }
  expect(events.indexOf('sign-in-again')).toBeGreaterThan(events.indexOf(goesOn));
  // Figures that are not there are no reason to stop.
  expect(outcome).toMatchObject({
    reached: true,
    facts: { figuresBefore: '?,?,?', figuresAway: '?,?,?', statements: 0 },
  });
});

test('the store goes on also when the attempt ends before its time', async () => {
  const events: string[] = [];
  const command = async (...words: readonly (string | number)[]) => void events.push(words.join(' '));
  const { h } = fakeHandle({ rows });
  const broken: ExperimentHandle = {
    ...h,
    limits: { ...h.limits, command },
    database: { ...h.database, statementCount: async () => Promise.reject(new Error('out of time')) },
  };
  await expect(hangs.run(broken)).rejects.toThrow('out of time');
  expect(events).toEqual(['CLIENT PAUSE 30000 WRITE', 'CLIENT UNPAUSE']);
});

test('each replica loses the store in another way, one of them before it starts', async () => {
  const { events, outcome } = await eventsOf(eachWay, { figures: 'rate_limit_store_available 1' });
  const done = events.filter((event) => !/^(?:even|sticking|strangers|ready|sign-in)-/.test(event));
  const silence = 'silence of redis-limits for api-3';
  const cut = 'cut of redis-limits for api-2';
  const late = 'answers 1000 ms late of redis-limits for api-1';
  expect(done).toEqual([
    ...['flood-before', 'kill api-3', silence, 'start api-3', 'warm-up', cut, late, 'flood-away'],
    ...[
      'FLUSHALL',
      `end of ${silence}`,
      `end of ${cut}`,
      `end of ${late}`,
      'flood-healing',
      'SCRIPT FLUSH',
      'flood-after',
    ],
  ]);
  expect(outcome.facts).toMatchObject({ cut: 'api-2', late: 'api-1', started: 'api-3', isUp: true });
});

test('who does not come up is asked for nothing, and the others are', async () => {
  const { events, sent, outcome } = await eventsOf(eachWay, { comesUp: false });
  expect(events).not.toContain('warm-up');
  const asked = sent.filter(({ view }) => /-(?:away|healing|after)$/.test(view)).map(({ replica }) => replica);
  expect(new Set(asked)).toEqual(new Set(['api-2', 'api-1']));
  expect(outcome).toMatchObject({ reached: true, facts: { isUp: false } });
});

const refused: Answer = { status: 429, outcome: 'fail' };

test('who is refused comes back to the same replica when it was told to, while the store is away still', async () => {
  const answer = ({ view }: RequestSpec): Answer =>
    view === 'flood-away' ? { ...refused, headers: { 'retry-after': '2' } } : {};
  const { events, sent, outcome } = await eventsOf(hangs, { answer });
  expect(events.indexOf('after-wait')).toBeLessThan(events.indexOf('CLIENT UNPAUSE'));
  const last = sent.findLast(({ view }) => view === 'flood-away');
  expect(sent.filter(({ view }) => view === 'after-wait').map(({ key }) => key)).toEqual([last?.key]);
  expect(outcome.facts).toMatchObject({ refused: 288, withoutRetryAfter: 0, longestRetryAfter: 2 });
});

test.each(['0', '1.5', 'soon', '3600', undefined])('a wait of "%s" is not kept to', async (header) => {
  const headers = header === undefined ? {} : { 'retry-after': header };
  const answer = ({ view }: RequestSpec): Answer => (view === 'flood-away' ? { ...refused, headers } : {});
  expect((await eventsOf(hangs, { answer })).events).not.toContain('after-wait');
});

test('an owner who is not let in tries again for as long as the store may take, and a moment longer', async () => {
  const answer = ({ view }: RequestSpec): Answer =>
    view === 'sign-in-again' ? { status: 503, outcome: 'unknown' } : {};
  const { sent } = await eventsOf(hangs, { answer });
  expect(sent.filter(({ view }) => view === 'sign-in-again').length).toBeGreaterThanOrEqual(4);
});
