import { defineScenario } from '@lab/sdk';
import { checks, readWithoutCacheMsMax, saveMedianMsMax, statementsPerSecondMax } from './checks.ts';
import { experiments } from './experiments.ts';
import { hints } from './hints.ts';
import { variants } from './variants.ts';
import { workload } from './workload.ts';

export const scenario = defineScenario({
  id: 'cache-stale-price',
  family: 'cache',
  title: 'The price that would not change',
  level: 'standard',
  minutes: 60,
  lesson: 'lessons/caching',
  story: {
    text: [
      'Tuesday, 10:40. Amira, who edits prices at one of our bookshops, writes: "I corrected the price of a cookbook from 39.90 to 29.90. The page said 29.90. A customer on the phone says 39.90. I reload: 29.90, 39.90, 29.90. Five minutes later it is right everywhere. Eleven people paid the old price."',
      'It happens a few times a week, only with prices that were changed while the shop was busy, and once during the evening when operations restarted the cache. Nobody has been able to make it happen on a laptop. The tests are green.',
      'Make it stop, for good: once a save has been answered with success, nobody may see the old price again.',
    ],
    budgets: [
      `The database has room for ${statementsPerSecondMax} statements a second from this service. At ${workload.ratePerSecond} requests a second, most pages must be answered without it.`,
      `Saving a price is answered within ${saveMedianMsMax} ms (median) when nothing is wrong.`,
      'A save may be refused with a 503 for as long as the cache cannot be reached, but it must work again within a second after that. It is never answered with success and then not shown.',
      `Book pages are answered without error, within ${readWithoutCacheMsMax} ms, while the cache is down or hangs.`,
      'Everything in the cache has an expiry.',
    ],
  },
  stack: {
    parts: ['postgres', 'redis-cache', 'toxiproxy'],
    replicas: { api: 3 },
  },
  editable: ['src/**', 'bin/**', 'migrations/**'],
  startWith: ['src/books/update-book.ts', 'src/books/read-book.ts', 'src/books/book-cache.ts'],
  workload,
  experiments,
  checks,
  hints,
  variants,
});
