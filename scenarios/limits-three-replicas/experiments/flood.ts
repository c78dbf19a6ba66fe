import type { ApiName, Experiment, ExperimentHandle } from '@lab/sdk';
import { evenly, type Sending, sendAll, unevenly } from '../../shared/schedule.ts';
import { windowMs } from '../plans.ts';
import { createDesk, type Desk } from './asking.ts';
import { type Client, type Clients, clientsOf } from './clients.ts';
import { countKeys } from './count-keys.ts';

/** Nine tenths of each plan, each second. */
const honestPerSecond = { spread: 13.5, sticking: 27, busy: 40.5 } as const;
/** Together over three hundred a second: the second one ends when the third begins. */
const crawledPerSecond = { flooding: 120, floodingAtFirst: 185, atTheEnd: 185, address: 85 } as const;

/** Sent later than this, what was to be even was not, and what was to meet the end of a window did not. */
const lateMsMax = 150;

/** From the full window on, in ms. */
const openingAtMs = 30;
const endOfWindowAtMs = windowMs - 350;
const overAtMs = 2 * windowMs + 1_600;
/** More than limit and burst, in one moment: shortly before the end of a window, and somewhat less than a window later. */
const volley = 40;
const volleyAtMs = windowMs - 70;
const secondVolleyAtMs = 2 * windowMs - 120;

/**
 * Three kinds of attack at once, beside clients that keep to their plans.
 *
 * - All the time, or for most of a window, with plans of two sizes: a limiter that counts in each replica lets three
 *   times the plan through.
 * - Around the end of a window. A window may begin with the clock (a full minute) or with a client's first request.
 *   So the client sends one request as a window of the clock begins, both windows end almost together, and the attack
 *   begins 350 ms before that: enough to use up one window before its end, and the next one after it. It goes on through
 *   the whole next window, since an estimate from two windows forgives little by little.
 * - All that a plan has in one moment, and the same somewhat less than a window later. Who counts by slots and forgets
 *   each when its start has left the window forgets too soon what came at the slot's end.
 */
export const flood: Experiment = {
  id: 'flood',
  title: 'Crawlers ask for four to twelve times their plans, two of them around the end of a window',
  phase: 'disturb',
  disturbsLoad: true,
  timeoutMs: 20_000,
  attemptsMax: 2,
  run: async (h) => {
    const desk = createDesk(h);
    const clients = await clientsOf(h);
    const fullMs = await nextFullWindow(h);
    const before = await h.database.statementCount();
    let keys: Awaited<ReturnType<typeof countKeys>> = {};
    // As late as may be, while counts of the last window are still there.
    const look: Sending = {
      atMs: fullMs + overAtMs - 150,
      send: async () => {
        keys = await countKeys(h);
      },
    };
    const sendings = [...honest(h, { desk, clients, fullMs }), ...crawlers(h, { desk, clients, fullMs }), look];
    const { lateP99Ms } = await sendAll(h, sendings);
    const statements = (await h.database.statementCount()) - before;
    const facts = { ...desk.facts(), ...keys, statements, lateP99Ms };
    return lateP99Ms <= lateMsMax
      ? { reached: true, facts }
      : { reached: false, facts, note: `requests were sent ${lateP99Ms} ms late: this machine was too busy` };
  },
};

interface Stage {
  readonly desk: Desk;
  readonly clients: Clients;
  /** When a window of the clock begins. */
  readonly fullMs: number;
}

/** The moment, at least 150 ms from now, at which a window of the store's clock begins; all clocks here are the same. */
async function nextFullWindow(h: ExperimentHandle): Promise<number> {
  const fromMs = h.clock.nowMs();
  const [seconds, micros] = (await h.limits.command('TIME')) as readonly [string, string];
  const atMs = (fromMs + h.clock.nowMs()) / 2;
  const storeMs = Number(seconds) * 1_000 + Number(micros) / 1_000;
  return atMs + windowMs - ((storeMs + 150) % windowMs) + 150;
}

function honest(h: ExperimentHandle, { desk, clients, fullMs }: Stage): readonly Sending[] {
  const [own = 'api-1'] = h.replicas;
  const through: Readonly<Record<keyof typeof honestPerSecond, (index: number) => ApiName>> = {
    spread: () => h.random.pick(h.replicas),
    // As a client with a connection that it keeps.
    sticking: () => own,
    busy: (index) => h.replicas[index % h.replicas.length] ?? own,
  };
  return (Object.keys(through) as readonly (keyof typeof through)[]).flatMap((who) => {
    const stretch = { fromMs: fullMs + 50, toMs: fullMs + overAtMs, perSecond: honestPerSecond[who] };
    return unevenly(h.random, stretch).map((atMs, index): Sending => {
      const replica = through[who](index);
      return { atMs, send: () => desk.readBook(clients[who], 'even', replica) };
    });
  });
}

function crawlers(h: ExperimentHandle, { desk, clients, fullMs }: Stage): readonly Sending[] {
  const toMs = fullMs + overAtMs;
  const crawling = (client: Client, view: string, times: readonly number[]): readonly Sending[] =>
    times.map((atMs, index) => {
      const replica = h.replicas[index % h.replicas.length] ?? 'api-1';
      return { atMs, send: () => desk.crawl(client, view, replica) };
    });
  const atOnce = (atMs: number): readonly number[] => Array.from({ length: volley }, () => atMs);
  const fromEndOfWindow = { fromMs: fullMs + endOfWindowAtMs, toMs, perSecond: crawledPerSecond.atTheEnd };
  const fromFullWindow = { fromMs: fullMs + windowMs, toMs, perSecond: crawledPerSecond.address };
  return [
    ...crawling(clients.flooding, 'flood', evenly({ fromMs: fullMs + 60, toMs, perSecond: crawledPerSecond.flooding })),
    ...crawling(
      clients.floodingAtFirst,
      'early-flood',
      evenly({ fromMs: fullMs + 60, toMs: fullMs + endOfWindowAtMs, perSecond: crawledPerSecond.floodingAtFirst }),
    ),
    ...crawling(clients.atTheEnd, 'opening', [fullMs + openingAtMs]),
    ...crawling(clients.atTheEnd, 'end-of-window', evenly(fromEndOfWindow)),
    ...crawling(clients.address, 'opening', [fullMs + openingAtMs]),
    ...crawling(clients.address, 'end-of-window', [
      ...atOnce(fullMs + volleyAtMs),
      ...evenly(fromFullWindow),
      ...atOnce(fullMs + secondVolleyAtMs),
    ]),
  ];
}
