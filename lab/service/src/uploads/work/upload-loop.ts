import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../platform/logger.ts';
import { createStateLog } from '../../platform/state-log.ts';
import type { AttemptUpload } from './attempt-upload.ts';
import type { UploadClaims } from './upload-claims.ts';

interface UploadLoopParts {
  readonly claims: UploadClaims;
  readonly attempt: AttemptUpload;
  readonly log: Log;
  readonly concurrency: number;
  readonly pollMs: number;
}

/** Takes uploads that are due, so many at a time, until it is stopped. What is in hand then is given back. */
export function startUploadLoop({ claims, attempt, log, concurrency, pollMs }: UploadLoopParts): {
  stop(): Promise<void>;
} {
  const state = createStateLog(log, 'taking uploads');
  const stopping = new AbortController();
  const { signal } = stopping;
  const ended = Promise.all(Array.from({ length: concurrency }, run));

  return {
    async stop() {
      stopping.abort(new Error('The worker is stopping.'));
      await ended;
    },
  };

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const isBusy = await takeOne().then(
        (isTaken) => {
          state.works();
          return isTaken;
        },
        (error: unknown) => {
          // Its end could not be written down. It is due again when its lease has run out.
          state.fails(error);
          return false;
        },
      );
      if (!isBusy) await sleep(pollMs, undefined, { signal }).catch(() => {}); // Told to stop.
    }
  }

  async function takeOne(): Promise<boolean> {
    const upload = await claims.take(randomUUID());
    if (upload) await attempt(upload, signal);
    return upload !== undefined;
  }
}
