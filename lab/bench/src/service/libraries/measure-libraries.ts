import { LabError } from '@lab/sdk';
import { atMost } from '../../report/goal.ts';
import { serviceScenario } from '../load/service-scenario.ts';
import { withService } from '../load/with-service.ts';
import { serviceRow } from '../row.ts';
import { attempt, type ServiceBench } from '../service-bench.ts';
import { libraryCache, ownCache } from './caches.ts';
import { ownJobs, plainJobs } from './job-workers.ts';
import { libraryLimiter, ownLimiter } from './limiters.ts';
import { behindFastest, type Contender, race } from './race.ts';
import type { RacePlace } from './service-parts.ts';

interface Race {
  readonly what: string;
  readonly store: 'redis-cache' | 'redis-queue';
  readonly note?: string;
  /** ShelfWise's own first. */
  readonly open: readonly ((place: RacePlace) => Promise<Contender>)[];
}

const races: readonly Race[] = [
  {
    what: 'decisions of the limiter',
    store: 'redis-cache',
    note: 'ShelfWise counts tokens that come back evenly, the library requests in a fixed window.',
    open: [ownLimiter, libraryLimiter],
  },
  { what: 'reads through the cache', store: 'redis-cache', open: [ownCache, libraryCache] },
  {
    what: 'jobs from queue to done',
    store: 'redis-queue',
    note: 'ShelfWise gives each job an id, checks its data and counts it.',
    open: [ownJobs, plainJobs],
  },
];

const timesMax = 1.1;
const section = 'libraries';

/** ShelfWise's own parts beside libraries of the same kind, in one process and on one Redis, without a network fault. */
export async function measureLibraries(bench: ServiceBench): Promise<void> {
  await attempt(bench, { section, what: 'libraries' }, async () => {
    const scenario = await serviceScenario(1);
    await withService(bench, { scenario }, async ({ testbed, codeDir }) => {
      for (const one of races) {
        await attempt(bench, { section, what: one.what }, async () => {
          const url = testbed.storeUrl(one.store);
          if (url === null) throw new LabError('E_NO_STORE', { message: `The stack has no ${one.store}.` });
          addRows(bench, one, await run(one, { codeDir, url }, bench.signal));
        });
      }
    });
  });
}

async function run(one: Race, place: RacePlace, signal: AbortSignal): Promise<Record<string, number>> {
  await using open = new AsyncDisposableStack();
  const contenders: Contender[] = [];
  for (const start of one.open) contenders.push(open.use(await start(place)));
  return await race(contenders, { signal });
}

function addRows({ add }: ServiceBench, { what, note }: Race, measured: Readonly<Record<string, number>>): void {
  const about = { section, what, ...(note === undefined ? {} : { note }) } as const;
  add(serviceRow({ ...about, unit: 'per second', measured }));
  const times = { 'fastest over ShelfWise': behindFastest(measured) };
  add(
    serviceRow({
      section,
      what: `${what}, against the fastest`,
      unit: 'times',
      measured: times,
      goal: atMost(timesMax),
    }),
  );
}
