import { backoffMs } from '../../jobs/backoff.ts';
import type { Log } from '../../platform/logger.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { servedKeys } from '../upload-keys.ts';
import type { UploadMetrics, WorkOutcome } from '../upload-metrics.ts';
import { classifyFailure } from './classify-failure.ts';
import type { ProcessUpload } from './process-upload.ts';
import type { ClaimedUpload, Settlement, UploadClaims } from './upload-claims.ts';

export type AttemptUpload = (upload: ClaimedUpload, signal: AbortSignal) => Promise<void>;

interface AttemptUploadParts {
  readonly claims: UploadClaims;
  readonly process: ProcessUpload;
  readonly store: ObjectStore;
  readonly metrics: UploadMetrics;
  readonly log: Log;
  readonly settings: {
    readonly leaseMs: number;
    readonly retryMs: number;
    readonly attemptsMax: number;
    readonly giveUpSeconds: number;
  };
  readonly random?: () => number;
}

const SILENT_CLAIMS_MAX = 3;
const RETRY_CAP_MS = 60_000;
const LEASE_RENEWALS = 3;
const POSSIBLE_VARIANTS = (['thumbnail', 'medium'] as const).flatMap((name) =>
  (['webp', 'jpeg'] as const).map((format) => ({ name, format })),
);

export function createAttemptUpload(parts: AttemptUploadParts): AttemptUpload {
  const { claims, process, store, metrics, log, settings, random = Math.random } = parts;

  return async (upload, stopping) => {
    const startedAtMs = performance.now();
    if (upload.silentClaims > SILENT_CLAIMS_MAX) {
      return await settle(upload, { status: 'failed', reason: 'crashed' }, startedAtMs);
    }
    const lease = holdLease(upload, stopping);
    try {
      const settlement = await process(upload, lease.signal);
      lease.end();
      await settle(upload, settlement, startedAtMs);
    } catch (error) {
      lease.end();
      await goOn(upload, stopping.aborted ? 'stopped' : classifyFailure(error), error, startedAtMs);
    }
  };

  async function settle(upload: ClaimedUpload, settlement: Settlement, startedAtMs: number): Promise<void> {
    const isMine = await claims.settle(upload, settlement);
    report(upload, isMine ? settlement.status : 'lost-claim', startedAtMs, settlement);
    if (!isMine) return;
    if (settlement.status !== 'ready') await clear(upload, servedKeys(upload, POSSIBLE_VARIANTS));
  }

  async function goOn(upload: ClaimedUpload, failure: Failure, error: unknown, startedAtMs: number): Promise<void> {
    const counted = failure === 'counts';
    if (counted && upload.attempts + 1 >= settings.attemptsMax) {
      log.error({ ...entryOf(upload), err: error }, 'upload given up');
      return await settle(upload, { status: 'failed', reason: 'attempts-exhausted' }, startedAtMs);
    }
    if (failure === 'outage' && upload.ageSeconds > settings.giveUpSeconds) {
      return await settle(upload, { status: 'failed', reason: 'given-up' }, startedAtMs);
    }
    const backoff = { baseMs: settings.retryMs, capMs: Math.max(RETRY_CAP_MS, settings.retryMs) };
    const ms = failure === 'stopped' ? 0 : backoffMs(counted ? upload.attempts + 1 : 1, backoff, random);
    const isMine = await claims.giveBack(upload, { ms, counted });
    report(upload, isMine ? (counted ? 'retried' : 'postponed') : 'lost-claim', startedAtMs, { err: error });
  }

  async function clear(upload: ClaimedUpload, keys: readonly string[]): Promise<void> {
    await store.remove(keys).catch((error: unknown) => {
      log.debug({ ...entryOf(upload), err: error }, 'objects are left to the sweeper');
    });
  }

  function holdLease(upload: ClaimedUpload, stopping: AbortSignal): { signal: AbortSignal; end(): void } {
    const lost = new AbortController();
    const timer = setInterval(() => {
      claims.keep(upload).then(
        (isMine) => isMine || lost.abort(new Error('The claim is lost.')),
        (error: unknown) => log.warn({ ...entryOf(upload), err: error }, 'lease not renewed'),
      );
    }, settings.leaseMs / LEASE_RENEWALS);
    return { signal: AbortSignal.any([stopping, lost.signal]), end: () => clearInterval(timer) };
  }

  function report(upload: ClaimedUpload, outcome: WorkOutcome, startedAtMs: number, more: object): void {
    const durationMs = performance.now() - startedAtMs;
    metrics.attempt({ kind: upload.kind, outcome, durationMs });
    const reason = 'reason' in more ? more.reason : undefined;
    const entry = { ...entryOf(upload), outcome, reason, durationMs: Math.round(durationMs) };
    if ('err' in more) log.warn({ ...entry, err: more.err }, 'upload');
    else log.info(entry, 'upload');
  }
}

type Failure = ReturnType<typeof classifyFailure> | 'stopped';

function entryOf({ requestId, tenantId: tenant, uploadId, attempts, bytes }: ClaimedUpload) {
  return { requestId, tenant, uploadId, attempt: attempts + 1, bytes };
}
