import type { RequestHandler, Router } from 'express';
import type { Registry } from 'prom-client';
import type { Log } from '../platform/logger.ts';
import type { TenantDatabase } from '../platform/tenant-transaction.ts';
import { createConfirmUpload } from './confirm-upload.ts';
import { createCreateUpload } from './create-upload.ts';
import { createDeliverUpload } from './deliver-upload.ts';
import { uploadPageRoutes } from './page/page-routes.ts';
import { createRemoveUpload } from './remove-upload.ts';
import { createMultipartStore } from './store/multipart-store.ts';
import { connectStore, createObjectStore } from './store/object-store.ts';
import { createUploadSigner } from './store/upload-signer.ts';
import { createUploadMetrics } from './upload-metrics.ts';
import { createUploadParts } from './upload-parts.ts';
import { createUploadRepository } from './upload-repository.ts';
import { uploadRoutes } from './upload-routes.ts';
import type { UploadSettings } from './uploads-variables.ts';

interface UploadsFeatureParts {
  readonly settings: UploadSettings;
  readonly database: TenantDatabase;
  readonly registry: Registry;
  readonly log: Log;
  readonly authenticate: RequestHandler;
}

/** Loads the library of the object store; the store itself need not be up. */
export async function createUploadsFeature(parts: UploadsFeatureParts): Promise<{
  readonly routes: Router;
  /** Ends the connections to the store. */
  stop(): Promise<void>;
}> {
  const { settings, database, registry, log, authenticate } = parts;
  const connection = await connectStore(settings.store, createUploadMetrics(registry));
  const [store, multiparts, signer, page] = await Promise.all([
    createObjectStore(connection, settings.store.timeoutMs),
    createMultipartStore(connection),
    createUploadSigner(settings.store, settings.downloadTtlSeconds),
    uploadPageRoutes(new URL(settings.store.publicEndpoint).origin),
  ]);
  const uploads = createUploadRepository(database);
  const routes = uploadRoutes({
    authenticate,
    uploads,
    createUpload: createCreateUpload({ uploads, multiparts, settings }),
    confirmUpload: createConfirmUpload({ uploads, store, multiparts }),
    deliverUpload: createDeliverUpload({ uploads, signer }),
    removeUpload: createRemoveUpload({ uploads, store, multiparts, log }),
    parts: createUploadParts({ uploads, signer, multiparts, ttlSeconds: settings.formTtlSeconds }),
    bytesMax: settings.bytesMax,
  });
  return {
    routes: routes.use(page),
    async stop() {
      store.close();
    },
  };
}
