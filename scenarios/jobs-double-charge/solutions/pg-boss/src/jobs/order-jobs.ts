import { setTimeout as sleep } from 'node:timers/promises';
import { type JobWithMetadata, PgBoss } from 'pg-boss';
import type { AddEvent } from '../outbox/outbox-event.ts';
import type { Log } from '../platform/logger.ts';
import { ProblemError } from '../platform/problem.ts';
import { createStateLog } from '../platform/state-log.ts';
import { type JobData, QUEUE_NAME } from './job.ts';

/** What only workers need, in whole seconds, as pg-boss counts them. */
export interface WorkLimits {
  readonly concurrency: number;
  /** After this long a job is taken from the worker that has it; so it is longer than any attempt lasts. */
  readonly expireInSeconds: number;
  readonly retryDelay: number;
  readonly retryDelayMax: number;
}

/** pg-boss on the service's own database. Its schema is made by the first process that starts. */
export interface OrderJobs {
  /** Sends the job in the transaction of the change itself. Throws DATABASE_UNAVAILABLE before the queue is known. */
  readonly addEvent: AddEvent;
  isStarted(): boolean;
  work(limits: WorkLimits, handle: (job: JobWithMetadata<JobData>) => Promise<void>): Promise<void>;
  /** Takes no more jobs, waits for those in hand up to the limit, and closes its connections. */
  stop(timeoutMs?: number): Promise<void>;
}

interface OrderJobsParts {
  readonly url: string;
  readonly name: string;
  readonly log: Log;
  readonly max: number;
  /** Watches for jobs whose worker fell silent. */
  readonly supervise: boolean;
}

/** Who performs a job decides when to stop, and stops only with its end on record. */
const QUEUE = { retryLimit: 1_000_000, retryDelay: 1, retryBackoff: true, retryDelayMax: 3_600 };
const START_PAUSE_MS = 500;
/** The shortest that pg-boss allows. */
const POLL_SECONDS = 0.5;
const SUPERVISE_SECONDS = 1;

/** The database need not be up: the start is repeated until it succeeds. */
export function createOrderJobs({ url, name, log, max, supervise }: OrderJobsParts): OrderJobs {
  const state = createStateLog(log, 'the job queue');
  const stopping = new AbortController();
  const boss = new PgBoss({
    connectionString: url,
    application_name: name,
    max,
    schedule: false,
    supervise,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
  });
  boss.on('error', state.fails);
  let started = false;
  const starting = start();

  return {
    async addEvent(tx, tenantId, { id, kind, payload }) {
      if (!started) throw new ProblemError('DATABASE_UNAVAILABLE', { retryAfterSeconds: 1 });
      const db = {
        executeSql: async (text: string, values?: unknown[]) => ({ rows: [...(await tx.query(text, values))] }),
      };
      await boss.send(QUEUE_NAME, { eventId: id, tenantId, kind, payload } satisfies JobData, { id, db });
    },
    isStarted: () => started,
    async work({ concurrency, ...limits }, handle) {
      await starting;
      if (stopping.signal.aborted) return;
      await boss.updateQueue(QUEUE_NAME, { ...QUEUE, ...limits });
      const options = { localConcurrency: concurrency, pollingIntervalSeconds: POLL_SECONDS, includeMetadata: true };
      await boss.work<JobData, void, typeof options & { includeMetadata: true }>(
        QUEUE_NAME,
        { ...options, includeMetadata: true },
        async ([job]) => {
          if (job) await handle(job);
        },
      );
    },
    async stop(timeoutMs = START_PAUSE_MS) {
      stopping.abort();
      await starting;
      await boss.stop({ timeout: timeoutMs });
    },
  };

  async function start(): Promise<void> {
    while (!stopping.signal.aborted && !started) {
      try {
        await boss.start();
        await boss.createQueue(QUEUE_NAME, QUEUE);
        started = true;
        state.works();
      } catch (error) {
        state.fails(error);
        await sleep(START_PAUSE_MS, undefined, { signal: stopping.signal }).catch(() => {}); // Told to stop.
      }
    }
  }
}
