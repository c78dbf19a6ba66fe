import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { type JobData, QUEUE_NAME, QUEUE_PREFIX } from './job.ts';

/** The end of the queue where jobs go in. All reject at once when its Redis is away. */
export interface JobQueue {
  /** The event's id is the job's: an event that is added twice is one job, as long as the queue knows it. */
  add(jobs: readonly JobData[]): Promise<void>;
  /** Jobs that no worker has taken yet; those that wait for a later time are not among them. */
  waiting(): Promise<number>;
  ping(): Promise<unknown>;
  close(): Promise<void>;
}

export interface QueueAddress {
  readonly url: string;
  readonly prefix?: string | undefined;
}

/** Enough to look at what happened lately; the truth is in the database. */
const KEPT = { removeOnComplete: { count: 1_000 }, removeOnFail: { count: 1_000 } };
/** Who performs a job decides when to stop, and stops only with its end on record. */
const UNLIMITED_ATTEMPTS = 1_000_000;

export function createJobQueue({ url, prefix = QUEUE_PREFIX }: QueueAddress): JobQueue {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    autoResendUnfulfilledCommands: false,
    commandTimeout: 1_000,
    connectTimeout: 1_000,
    retryStrategy: (attempt) => Math.min(50 * attempt, 500),
    connectionName: 'shelfwise-queue',
  });
  // BullMQ would wait for the connection, and ask the server's version once before anything else.
  const impatient = { skipWaitingForReady: true, skipVersionCheck: true };
  const queue = new Queue<JobData>(QUEUE_NAME, { connection: redis, prefix, ...impatient });
  // Whoever adds is told. Without a listener the process would end.
  queue.on('error', () => {});
  const options = { ...KEPT, attempts: UNLIMITED_ATTEMPTS, backoff: { type: 'verdict' } };

  return {
    async add(jobs) {
      // One job that cannot be added does not hold up the others.
      await Promise.allSettled(jobs.map((job) => queue.add(job.kind, job, { ...options, jobId: job.eventId })));
    },
    waiting: () => queue.getWaitingCount(),
    ping: () => redis.ping(),
    async close() {
      await queue.close();
      redis.disconnect();
    },
  };
}
