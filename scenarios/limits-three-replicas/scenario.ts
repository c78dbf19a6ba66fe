import { defineScenario } from '@lab/sdk';
import { checks, waitSecondsMax } from './checks.ts';
import { experiments } from './experiments.ts';
import { hints } from './hints.ts';
import { environment, lifeMsMax, quotas, storeWaitMs, windowMs } from './plans.ts';
import { variants } from './variants.ts';
import { workload } from './workload.ts';

const seconds = windowMs / 1_000;
const priceList = Object.entries(quotas).map(([name, { limit, burst }]) => {
  return `${name === 'address' ? 'an address without a token' : name} ${limit}, and ${burst} at once`;
});

export const scenario = defineScenario({
  id: 'limits-three-replicas',
  family: 'limits',
  title: 'Three times the quota, and double at the full minute',
  level: 'standard',
  minutes: 75,
  lesson: 'lessons/limits',
  story: {
    text: [
      'Monday, 09:15. Sales writes: "Bookshop 6 has the free plan, with 60 requests a minute. Its crawler made 178 in one minute of last night, and so it goes every night. Why should anybody buy pro?" The dashboard of refusals is full of that shop, so something does refuse it.',
      'Operations has plotted its requests by the second. "Most minutes it gets nearly three times what it pays for. And look at the full minute: in the ten seconds around it there is twice as much again, as if it knew."',
      'Whatever you do, our partners must not notice. One of them has a pro plan and a single server, which keeps its connection open and runs at nine tenths of the plan all day. It has never been refused.',
      'Since a firewall was changed in spring, the clocks of the three machines are not kept: they differ by some seconds. The firewall will stay as it is this year.',
      `Make the price list true. To make it testable, a minute is ${seconds} seconds here: plans and address limits are in the environment of the service, and your code must take them from there.`,
    ],
    budgets: [
      `In any ${seconds} seconds, wherever they begin, all replicas together accept at most the limit of a plan and its burst: ${priceList.join('; ')}. A plan is of a tenant, whoever of it asks, and whatever for.`,
      'Who keeps to nine tenths of the limit is never refused, through whichever replica it comes and whatever others do. After a rest the burst is accepted at once.',
      'Who asks for more gets what the plan has and no more: it is not locked out for asking on.',
      `Whatever is beyond a plan is answered at once with 429, and with Retry-After in whole seconds, ${waitSecondsMax} at most. Who waits that long is accepted.`,
      'A refused request costs the database no statement.',
      `While the limits store answers, every request is counted there; it has ${storeWaitMs / 1_000} s for that (LIMITS_TIMEOUT_MS). Only a replica that has waited so long for it decides alone.`,
      `What is kept in the limits store ends by itself within ${lifeMsMax / 1_000} seconds, also when a replica dies at any moment, and whoever asks cannot make as many keys as they like.`,
    ],
  },
  stack: {
    parts: ['postgres', 'redis-cache', 'redis-limits', 'toxiproxy'],
    replicas: { api: 3 },
    environment,
  },
  editable: ['src/**', 'bin/**', 'migrations/**'],
  startWith: [
    'src/limits/store/limit-store.ts',
    'src/limits/store/limiter.ts',
    'src/limits/algorithms/token-bucket.ts',
  ],
  workload,
  experiments,
  checks,
  hints,
  variants,
});
