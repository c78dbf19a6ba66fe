import { type RequestHandler, Router } from 'express';
import type { Registry } from 'prom-client';
import type { Log } from '../platform/logger.ts';
import type { TenantDatabase } from '../platform/tenant-transaction.ts';
import { uploadPageRoutes } from './page/page-routes.ts';
import type { UploadSettings } from './uploads-variables.ts';

interface UploadsFeatureParts {
  readonly settings: UploadSettings;
  readonly database: TenantDatabase;
  readonly registry: Registry;
  readonly log: Log;
  readonly authenticate: RequestHandler;
}

/** Until somebody has found out what is wrong with uploads, there is their page and nothing behind it. */
export async function createUploadsFeature({ settings }: UploadsFeatureParts): Promise<{
  readonly routes: Router;
  stop(): Promise<void>;
}> {
  const page = await uploadPageRoutes(new URL(settings.store.publicEndpoint).origin);
  return { routes: Router().use(page), stop: async () => {} };
}
