import type { Experiment, ExperimentHandle } from '@lab/sdk';
import { evenly, type Sending, sendAll, unevenly } from '../../shared/schedule.ts';
import { windowMs } from '../plans.ts';
import { createDesk, type Desk } from './asking.ts';
import { type Clients, clientsOf } from './clients.ts';

/** More than two windows. */
const aheadMs = 5_000;
const forMs = windowMs - 300;
const crawledPerSecond = 75;
const evenPerSecond = 27;
/** Fewer than a burst of the client that makes them. */
const warmUps = 12;

/**
 * One replica's clock is five seconds ahead. Requests of a crawler go through all replicas in turn: a limiter that
 * takes each one's own time sees five seconds pass, and come back, with every turn. Another client has one request through
 * the replica that is ahead, and keeps to its plan through the others: what that one wrote must not look like the future.
 */
export const clocksApart: Experiment = {
  id: 'clocks-apart',
  title: 'The clock of one replica is five seconds ahead',
  phase: 'disturb',
  disturbsLoad: true,
  timeoutMs: 20_000,
  attemptsMax: 1,
  run: async (h) => {
    const [ahead = 'api-1'] = h.replicas;
    await h.processes.kill(ahead);
    if (!(await h.processes.start(ahead, { clockAheadMs: aheadMs }))) {
      return { reached: false, note: `${ahead} did not come up with a clock that is ahead` };
    }
    const desk = createDesk(h);
    const clients = await clientsOf(h);
    // A process that was started a moment ago compiles its code with its first requests, and is slow meanwhile.
    for (let index = 0; index < warmUps; index += 1) await desk.readBook(clients.busy, 'warm-up', ahead);
    await desk.readBook(clients.evenByClocks, 'even', ahead);
    const fromMs = h.clock.nowMs() + 50;
    const { lateP99Ms } = await sendAll(h, [...crawler(h, desk, clients, fromMs), ...even(h, desk, clients, fromMs)]);
    return { reached: true, facts: { ...desk.facts(), ahead, aheadMs, lateP99Ms } };
  },
};

function crawler(h: ExperimentHandle, desk: Desk, clients: Clients, fromMs: number): readonly Sending[] {
  const times = evenly({ fromMs, toMs: fromMs + forMs, perSecond: crawledPerSecond });
  return times.map((atMs, index) => {
    const replica = h.replicas[index % h.replicas.length] ?? 'api-1';
    return { atMs, send: () => desk.crawl(clients.floodingByClocks, 'flood', replica) };
  });
}

function even(h: ExperimentHandle, desk: Desk, clients: Clients, fromMs: number): readonly Sending[] {
  const others = h.replicas.slice(1);
  const times = unevenly(h.random, { fromMs, toMs: fromMs + forMs, perSecond: evenPerSecond });
  return times.map((atMs, index) => {
    const replica = others[index % others.length] ?? 'api-2';
    return { atMs, send: () => desk.readBook(clients.evenByClocks, 'even', replica) };
  });
}
