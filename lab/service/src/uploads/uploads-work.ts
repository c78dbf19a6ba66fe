import type { Registry } from 'prom-client';
import { createCachedCheck } from '../platform/cached-check.ts';
import type { Log } from '../platform/logger.ts';
import type { CrossTenantDatabase, TenantDatabase } from '../platform/tenant-transaction.ts';
import { createInspectImage } from './content/inspect-image.ts';
import { createScanner } from './scan/scanner.ts';
import { createMultipartStore } from './store/multipart-store.ts';
import { connectStore, createObjectStore } from './store/object-store.ts';
import { createUploadMetrics } from './upload-metrics.ts';
import type { UploadWorkSettings } from './uploads-variables.ts';
import { createAttemptUpload } from './work/attempt-upload.ts';
import { createExpireUploads } from './work/expire-uploads.ts';
import { createProcessUpload } from './work/process-upload.ts';
import { createReadThrough } from './work/read-through.ts';
import { createReconcileUploads } from './work/reconcile-uploads.ts';
import { startSweepLoop } from './work/sweep-loop.ts';
import { createUploadClaims } from './work/upload-claims.ts';
import { createUploadInventory, type UploadInventory } from './work/upload-inventory.ts';
import { startUploadLoop } from './work/upload-loop.ts';

interface UploadsWorkParts {
  readonly settings: UploadWorkSettings;
  readonly database: TenantDatabase;
  readonly acrossTenants: CrossTenantDatabase;
  readonly registry: Registry;
  readonly log: Log;
}

const COUNT_LIMITS = { timeoutMs: 500, maxAgeMs: 1_000 };

/** What the worker does for uploads: scan and process those that were confirmed, and clear up. Nothing need be up. */
export async function startUploadsWork(parts: UploadsWorkParts): Promise<{
  /** Gives back what is in hand, for another worker to begin anew. */
  stop(): Promise<void>;
}> {
  const { settings, database, acrossTenants, registry, log } = parts;
  const metrics = createUploadMetrics(registry);
  const connection = await connectStore(settings.store, metrics);
  const store = await createObjectStore(connection, settings.store.timeoutMs);
  const multiparts = await createMultipartStore(connection);
  const scanner = createScanner(settings.scanner);
  const claims = createUploadClaims({ acrossTenants, database, leaseMs: settings.leaseMs });
  const inventory = createUploadInventory(database, acrossTenants);
  metrics.watchWaiting(waiting(inventory));

  const process = createProcessUpload({
    store,
    scanner,
    readThrough: createReadThrough({ scanner, silenceMs: settings.store.timeoutMs }),
    inspectImage: createInspectImage(settings.image),
  });
  const attempt = createAttemptUpload({ claims, process, store, metrics, log, settings });
  const { concurrency, pollMs, sweep } = settings;
  const expire = createExpireUploads({ inventory, store, multiparts, metrics, log, ...sweep });
  const reconcile = createReconcileUploads({ inventory, store, multiparts, metrics, log, ...sweep });
  const loops = [
    startUploadLoop({ claims, attempt, log, concurrency, pollMs }),
    startSweepLoop({ name: 'clearing up uploads', everyMs: sweep.everyMs, run: expire }, log),
    startSweepLoop({ name: 'reconciling uploads', everyMs: sweep.reconcileEveryMs, run: reconcile }, log),
  ];
  return {
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
      store.close();
    },
  };
}

/** Asked when metrics are; while the database is away, the last answer holds. */
function waiting(inventory: UploadInventory) {
  let last = { count: 0, oldestSeconds: 0 };
  const refresh = createCachedCheck(async () => {
    last = await inventory.waiting();
  }, COUNT_LIMITS);
  return async () => {
    await refresh();
    return last;
  };
}
