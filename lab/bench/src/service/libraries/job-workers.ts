import { randomUUID } from 'node:crypto';
import { LabError } from '@lab/sdk';
import { exported, importLibrary, importService } from './load-module.ts';
import type { Contender } from './race.ts';
import { createMetrics, type RacePlace, silent } from './service-parts.ts';

const jobsPerRound = 2_000;
const batch = 100;
const concurrency = 20;
const leaseMs = 30_000;
const stallCheckMs = 30_000;
const roundLimitMs = 60_000;

/** Counts jobs, and tells when all are done. */
interface Countdown {
  readonly done: Promise<void>;
  count(): void;
}

/** From the first job that is added to the last one that is done, by ShelfWise's own queue and worker. */
export async function ownJobs(place: RacePlace): Promise<Contender> {
  type Queue = { add(jobs: readonly object[]): Promise<void>; close(): Promise<void> };
  type Worker = { close(): Promise<void> };
  const { codeDir, url } = place;
  const createQueue = exported<(address: object) => Queue>(
    await importService(codeDir, 'jobs/job-queue.ts'),
    'createJobQueue',
  );
  const startWorker = exported<(parts: object) => Worker>(
    await importService(codeDir, 'jobs/job-worker.ts'),
    'startJobWorker',
  );
  const createJobMetrics = exported<(registry: unknown) => object>(
    await importService(codeDir, 'jobs/job-metrics.ts'),
    'createJobMetrics',
  );
  const metrics = createJobMetrics((await createMetrics(place)).registry);
  return {
    name: 'ShelfWise',
    round: () =>
      timed(async (jobs, { done, count }) => {
        const prefix = `bench-${randomUUID()}`;
        const perform = async () => {
          count();
          return { kind: 'ended', outcome: 'charged' };
        };
        const worker = startWorker({ url, prefix, perform, metrics, log: silent, concurrency, leaseMs, stallCheckMs });
        const queue = createQueue({ url, prefix });
        try {
          for (const some of jobs) await addWhenConnected(() => queue.add(some));
          await done;
        } finally {
          await Promise.all([worker.close(), queue.close()]);
        }
      }),
    async [Symbol.asyncDispose]() {},
  };
}

/** The same jobs by BullMQ as its documentation begins, without anything of what makes an effect happen once. */
export async function plainJobs({ url }: RacePlace): Promise<Contender> {
  const name = 'bullmq';
  type Queue = { addBulk(jobs: readonly object[]): Promise<unknown>; close(): Promise<void> };
  const library = await importLibrary(name);
  const Queue = exported<new (name: string, options: object) => Queue>(library, 'Queue');
  const Worker = exported<
    new (
      name: string,
      perform: () => Promise<void>,
      options: object,
    ) => { close(): Promise<void> }
  >(library, 'Worker');
  const connection = { url, maxRetriesPerRequest: null };
  return {
    name,
    round: () =>
      timed(async (jobs, { done, count }) => {
        const prefix = `bench-${randomUUID()}`;
        const worker = new Worker('orders', async () => count(), { connection, prefix, concurrency });
        const queue = new Queue('orders', { connection, prefix });
        try {
          for (const some of jobs) await queue.addBulk(some.map((data) => ({ name: 'order.placed', data })));
          await done;
        } finally {
          await Promise.all([worker.close(), queue.close()]);
        }
      }),
    async [Symbol.asyncDispose]() {},
  };
}

type Batches = readonly (readonly object[])[];

async function timed(work: (jobs: Batches, countdown: Countdown) => Promise<void>): Promise<number> {
  const jobs = Array.from({ length: jobsPerRound / batch }, () => Array.from({ length: batch }, newJob));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let left = jobsPerRound;
  const beganMs = performance.now();
  const count = (): void => {
    left -= 1;
    if (left === 0) resolve(performance.now());
  };
  const tooLong = new LabError('E_BENCH_JOBS', { message: `Of ${jobsPerRound} jobs not all were done in 60 seconds.` });
  const timer = setTimeout(() => reject(tooLong), roundLimitMs);
  try {
    await work(jobs, { done: promise.then(() => undefined), count });
    return (jobsPerRound / ((await promise) - beganMs)) * 1_000;
  } finally {
    clearTimeout(timer);
  }
}

function newJob(): object {
  const payload = { orderId: randomUUID(), requestId: 'bench', redriven: false };
  return { eventId: randomUUID(), tenantId: randomUUID(), kind: 'order.placed', payload };
}

/** ShelfWise's queue says no while it is not connected: a relay would come again. */
async function addWhenConnected(add: () => Promise<void>): Promise<void> {
  const untilMs = performance.now() + 2_000;
  for (;;) {
    try {
      return await add();
    } catch (error) {
      if (performance.now() >= untilMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
