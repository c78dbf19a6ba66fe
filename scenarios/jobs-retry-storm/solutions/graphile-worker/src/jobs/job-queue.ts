import type { Pool } from '../platform/postgres.ts';
import type { JobData } from './job.ts';

/** An attempt at a job, as graphile-worker keeps it. */
export interface QueuedAttempt {
  readonly job: JobData;
  /** Attempts that ended in a failure that counts, and this one. */
  readonly attempt: number;
  /** How often it was put into the queue. */
  readonly starts: number;
}

/** The end of the queue where jobs go in. All reject while the database, or the queue's schema, is not there. */
export interface JobQueue {
  /** An event that is added twice is one job, as long as it waits. */
  add(jobs: readonly JobData[]): Promise<void>;
  /** Jobs that no worker has taken yet; those that wait for a later time are not among them. */
  waiting(): Promise<number>;
  ping(): Promise<unknown>;
}

export const TASK = 'charge_order';

const ADD = `
  SELECT graphile_worker.add_job('${TASK}', payload := attempt.payload, job_key := attempt.key)
  FROM json_to_recordset($1::json) AS attempt (key text, payload json)`;
const COUNT_WAITING = `
  SELECT count(*)::integer AS waiting FROM graphile_worker.jobs
  WHERE locked_at IS NULL AND run_at <= now() AND attempts < max_attempts`;

export function createJobQueue(pool: Pool): JobQueue {
  return {
    async add(jobs) {
      const attempts = jobs.map((job) => {
        const first: QueuedAttempt = { job, attempt: 1, starts: 1 };
        return { key: keyOf(first), payload: first };
      });
      await pool.query(ADD, [JSON.stringify(attempts)]);
    },
    async waiting() {
      const { rows } = await pool.query<{ waiting: number }>(COUNT_WAITING);
      return rows[0]?.waiting ?? 0;
    },
    ping: () => pool.query("SELECT 'graphile_worker.jobs'::regclass"),
  };
}

/** One job for each time that an event is put into the queue. */
export function keyOf({ job, starts }: QueuedAttempt): string {
  return `${job.eventId}:${starts}`;
}
