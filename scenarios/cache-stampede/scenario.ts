import { defineScenario } from '@lab/sdk';
import { checks } from './checks.ts';
import { experiments } from './experiments.ts';
import {
  ageMsMax,
  earlyShareMax,
  keptMs,
  ratePerSecond,
  replicas,
  restMs,
  statementsPerSecondMax,
  waitAfterDeathMsMax,
  waitMsMax,
  windowMs,
  windowShareMax,
} from './figures.ts';
import { hints } from './hints.ts';
import { variants } from './variants.ts';
import { workload } from './workload.ts';

const seconds = (ms: number): string => `${ms / 1_000} s`;

export const scenario = defineScenario({
  id: 'cache-stampede',
  family: 'cache',
  title: 'A wall of identical queries, every five minutes',
  level: 'standard',
  minutes: 60,
  lesson: 'lessons/stampedes',
  story: {
    text: [
      'Friday, 18:20. Jonas, who looks after the database, sends a graph: "Flat, flat, flat, then a wall, then flat again. Every five minutes, since the public shop pages went live. Within the wall it is the same query over and over, a hundred times and more in one second, for the same book. Between the walls nobody asks us for anything."',
      'There is a second kind of wall, he adds, and it comes once a night, five minutes after the job that visits the whole catalogue so that it is fast in the morning: there every query is for another book, and all of them come at once.',
      'Yesterday a famous author was on television. The wall came at 20:05, the pages took seconds, and the night shift restarted the shop. That made it worse.',
      `So that it can be tested, a minute is a second here: the page of a book is kept for ${seconds(keptMs)} (\`dynamic\` in \`src/cache/cache-kind.ts\`). Make the walls go away.`,
    ],
    budgets: [
      `However many readers ask for one page, and however long the database takes for it, the page is made at most once by each of the ${replicas} replicas; that there is no such page is found out as seldom.`,
      `Each of them gets the page, within ${waitMsMax} ms after it could be made: nobody is refused or shown another page, and nobody suffers because another one went away. If the replica that makes the page dies, it is ${waitAfterDeathMsMax} ms.`,
      `Of pages that were made at one moment, at most ${windowShareMax * 100} % are made again within any ${windowMs} ms.`,
      `At most ${earlyShareMax * 100} % of them are made again in the first ${seconds(restMs)}, and no page is older than ${seconds(ageMsMax)}: the wholesaler's import writes to the database and tells nobody, so what it changes or adds must show by itself.`,
      'A price that our staff saves shows as soon as the save was answered, as it does today.',
      `Pages that can be answered do not wait for one that is being made, and all are answered within ${waitMsMax} ms while the cache is down or hangs. A second after a break of the database every page is answered again.`,
      `At ${ratePerSecond} requests a second on a calm day the database has room for ${statementsPerSecondMax} statements a second. Everything in the cache has an expiry.`,
    ],
  },
  stack: {
    parts: ['postgres', 'redis-cache', 'toxiproxy'],
    replicas: { api: replicas },
    environment: { STOREFRONT: 'true' },
  },
  editable: ['src/**', 'bin/**', 'migrations/**'],
  startWith: ['src/cache/tagged-cache.ts', 'src/cache/cache-kind.ts', 'src/storefront/read-storefront.ts'],
  workload,
  experiments,
  checks,
  hints,
  variants,
});
