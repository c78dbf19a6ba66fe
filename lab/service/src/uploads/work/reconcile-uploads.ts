import { randomUUID } from 'node:crypto';
import type { Log } from '../../platform/logger.ts';
import type { TenantContext } from '../../platform/request-context.ts';
import type { MultipartStore } from '../store/multipart-store.ts';
import type { ListedObject, ObjectStore } from '../store/object-store.ts';
import { INCOMING, OBJECTS, parseIncomingKey, parseObjectKey } from '../upload-keys.ts';
import type { UploadMetrics } from '../upload-metrics.ts';
import { pairById } from './pair-by-id.ts';
import { type Findings, type Inspected, inspectIncoming, inspectObjects } from './reconcile-rules.ts';
import type { KnownUpload, UploadInventory } from './upload-inventory.ts';

interface ReconcileUploadsParts {
  readonly inventory: UploadInventory;
  readonly store: ObjectStore;
  readonly multiparts: MultipartStore;
  readonly metrics: UploadMetrics;
  readonly log: Log;
  readonly graceSeconds: number;
  readonly now?: () => number;
}

const PLACES = [
  { prefix: INCOMING, uploadIdOf: (key: string) => parseIncomingKey(key)?.uploadId, inspect: inspectIncoming },
  { prefix: OBJECTS, uploadIdOf: (key: string) => parseObjectKey(key)?.uploadId, inspect: inspectObjects },
];

/**
 * Holds the store against the database: objects that no upload needs go, and uploads whose objects are gone say so.
 * Two workers that do this at the same time do the same twice, and nothing else.
 */
export function createReconcileUploads(parts: ReconcileUploadsParts): (signal: AbortSignal) => Promise<void> {
  const { inventory, store, multiparts, metrics, log, graceSeconds, now = Date.now } = parts;

  return async (signal) => {
    const beforeMs = now() - graceSeconds * 1_000;
    for (const tenantId of await inventory.tenants()) {
      const context = { tenantId, requestId: randomUUID(), usage: { queries: 0 } };
      for (const place of PLACES) await reconcile(context, place, beforeMs, signal);
    }
    await abortMultiparts(beforeMs);
  };

  async function reconcile(
    context: TenantContext,
    { prefix, uploadIdOf, inspect }: (typeof PLACES)[number],
    beforeMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { tenantId } = context;
    const stored = storedBy(`${prefix}${tenantId}/`, uploadIdOf);
    for await (const { uploadId, left: known, right } of pairById(knownTo(context), stored)) {
      signal.throwIfAborted();
      const objects = right?.objects ?? [];
      await act(context, known, inspect({ tenantId, uploadId, known, objects, beforeMs } satisfies Inspected));
    }
  }

  async function act(context: TenantContext, known: KnownUpload | undefined, { remove, missing }: Findings) {
    if (remove.length > 0) {
      await store.remove(remove);
      metrics.swept('object', remove.length);
      log.info({ tenant: context.tenantId, keys: remove }, 'objects without an upload removed');
    }
    if (!known || missing.length === 0) return;
    // The list was older than the row, perhaps. The object itself is asked before anything is called lost.
    const found = await Promise.all(missing.map((key) => store.head(key)));
    if (found.every((object) => object !== undefined) || !(await inventory.markLost(context, known))) return;
    metrics.swept('lost', 1);
    log.error({ tenant: context.tenantId, uploadId: known.uploadId }, 'objects of a ready upload are gone');
  }

  async function abortMultiparts(beforeMs: number): Promise<void> {
    for (const { key, id, startedAtMs } of await multiparts.listOpen(INCOMING)) {
      const owner = parseIncomingKey(key);
      if (!owner || startedAtMs >= beforeMs) continue;
      const context = { tenantId: owner.tenantId, requestId: randomUUID(), usage: { queries: 0 } };
      const known = await inventory.find(context, owner.uploadId);
      if (known?.status === 'pending' && known.multipartId === id) continue;
      await multiparts.abort(key, id);
      metrics.swept('parts', 1);
    }
  }

  async function* knownTo(context: TenantContext): AsyncIterable<KnownUpload> {
    for (let after: string | undefined; ; ) {
      const page = await inventory.page(context, after);
      yield* page;
      after = page.at(-1)?.uploadId;
      if (after === undefined) return;
    }
  }

  /** Objects, grouped by the upload whose name they bear. Keys that are none of ours are left alone. */
  async function* storedBy(prefix: string, uploadIdOf: (key: string) => string | undefined) {
    let group: { uploadId: string; objects: ListedObject[] } | undefined;
    for await (const object of listed(prefix)) {
      const uploadId = uploadIdOf(object.key);
      if (uploadId === undefined) continue;
      if (group && group.uploadId !== uploadId) {
        yield group;
        group = undefined;
      }
      group ??= { uploadId, objects: [] };
      group.objects.push(object);
    }
    if (group) yield group;
  }

  async function* listed(prefix: string): AsyncIterable<ListedObject> {
    for (let after: string | undefined; ; ) {
      const page = await store.list(prefix, after);
      yield* page;
      after = page.at(-1)?.key;
      if (after === undefined) return;
    }
  }
}
