import type { ApiName, Experiment, ExperimentHandle } from '@lab/sdk';
import { createDesk } from './asking.ts';
import type { Party } from './clients.ts';
import { type Broken, throughOutage } from './outage.ts';

/** The store answers, and each answer is too late to be waited for. */
const lateByMs = 1_000;
const warmUps = 12;

/**
 * Three outages at once, of one replica each: connections are refused; answers come a second late; and one replica is
 * started anew while the store is silent. In the end the store has forgotten all, as one that was started anew: the counts, and,
 * once everybody is back, the scripts that it was told. What one does without the store is judged for each replica.
 */
export const eachWay: Experiment = {
  id: 'each-way',
  title: 'One replica is refused by the limits store, one is answered late, and one starts without it',
  phase: 'disturb',
  disturbsLoad: true,
  timeoutMs: 60_000,
  attemptsMax: 2,
  run: (h) =>
    throughOutage(h, {
      party: 'each-way',
      isGuessed: false,
      breakStore: (party) => breakEachWay(h, party),
      restartStore: async () => void (await h.limits.command('FLUSHALL')),
      // Not before all have told it theirs: one that tells its scripts last would tell them for all others.
      whenBack: async () => void (await h.limits.command('SCRIPT', 'FLUSH')),
    }),
};

async function breakEachWay(h: ExperimentHandle, party: Party): Promise<Broken> {
  const [cut = 'api-1', late = 'api-2', started = 'api-3'] = h.replicas;
  await h.processes.kill(started);
  const silence = await h.links.silence([started], 'redis-limits');
  const isUp = await h.processes.start(started);
  // A process that was started a moment ago compiles its code with its first requests, and is slow meanwhile.
  if (isUp) await warmUp(h, party, started);
  const held = [
    silence,
    await h.links.cut([cut], 'redis-limits'),
    await h.links.silence([late], 'redis-limits', { lateByMs }),
  ];
  return { held, up: isUp ? [cut, late, started] : [cut, late], facts: { cut, late, started, isUp } };
}

async function warmUp(h: ExperimentHandle, party: Party, replica: ApiName): Promise<void> {
  const desk = createDesk(h);
  await Promise.all(Array.from({ length: warmUps }, () => desk.readBook(party.sticking, 'warm-up', replica)));
}
