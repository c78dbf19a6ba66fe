import { defineScenario } from '@lab/sdk';
import { checks, guessesMax, signInMsMax } from './checks.ts';
import { alarmFigure } from './experiments/figures.ts';
import { waitSecondsMax } from './experiments/outage.ts';
import { experiments } from './experiments.ts';
import { hints } from './hints.ts';
import { ceilingFactor, environment, honestShare, quotas, recoverMsMax, storeWaitMsMax, windowMs } from './plans.ts';
import { variants } from './variants.ts';
import { workload } from './workload.ts';

const seconds = windowMs / 1_000;
const priceList = Object.entries(quotas).map(([name, { limit, burst }]) => {
  return `${name === 'address' ? 'an address without a token' : name} ${limit}, and ${burst} at once`;
});

export const scenario = defineScenario({
  id: 'limits-store-down',
  family: 'limits',
  title: 'Every request took ten seconds, then everyone was refused',
  level: 'standard',
  minutes: 75,
  lesson: 'lessons/limits',
  story: {
    text: [
      'Friday, 16:40. All pages hang. After ten seconds each of them is answered, with "Too many requests": also for the shop that had asked for two books all day. Database and cache have nothing to do. Somebody restarts the replicas, which does not help.',
      'At 17:20 operations finds that the Redis in which requests are counted, and nothing else, does not answer. They restart it, and half a minute later the shop is back. "For forty minutes nobody could buy anything, because we could not count who buys how much."',
      'The first proposal was to let everybody through in such a case. Support says no: "On Saturday we had a crawler with two hundred requests a second, and somebody who tried passwords. Those two would have had a good Friday."',
      'And nobody had been told. The alarm of the limits store had been green all the time.',
      `To make it testable, a minute of the price list is ${seconds} second here. Plans and limits are in the environment of the service, and your code must take them from there. In the lab the store hangs, is silent, refuses connections, or answers a second late, and goes on or is started anew.`,
    ],
    budgets: [
      `While the limits store answers, all replicas together accept at most the limit of a plan and its burst in any ${seconds * 1_000} ms: ${priceList.join('; ')}. Who keeps to ${honestShare * 100} % of the limit is never refused, also through one replica alone.`,
      `While it does not, who keeps to ${honestShare * 100} % of a plan and comes evenly through all replicas is served as before, and nine times in ten while it comes back. No request waits for the store longer than ${storeWaitMsMax} ms.`,
      `Each replica that decides alone lets a client through at most ${ceilingFactor} times the plan's limit in any ${seconds * 1_000} ms, and answers the rest with 429 and a Retry-After in whole seconds, ${waitSecondsMax} at most. Who waits that long is accepted.`,
      `Signing in may be refused meanwhile, by 503 or 429 with Retry-After within ${signInMsMax / 1_000} s. At most ${guessesMax} passwords of one account get as far as being checked in ten seconds, all replicas together.`,
      'Replicas stay ready (/readyz) while the store is away, and one that is started meanwhile comes up and serves.',
      `Within ${recoverMsMax / 1_000} s of its return, requests are counted there as exactly as before, people can sign in, and nobody has to restart anything.`,
      `The alarm reads ${alarmFigure} at /metrics of each replica: 1 while the store decides, 0 while the replica decides alone.`,
      'A refused request costs the database no statement: the database has no room for counting requests.',
    ],
  },
  stack: {
    parts: ['postgres', 'redis-cache', 'redis-limits', 'toxiproxy'],
    replicas: { api: 3 },
    environment,
  },
  editable: ['src/**', 'bin/**', 'migrations/**'],
  startWith: [
    'src/limits/store/limiter.ts',
    'src/limits/store/limits-client.ts',
    'src/limits/store/store-guard.ts',
    'src/limits/store/local-ceiling.ts',
  ],
  workload,
  experiments,
  checks,
  hints,
  variants,
});
