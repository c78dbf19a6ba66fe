import { type RequestHandler, Router } from 'express';
import { tenantContextOf } from '../platform/request-context.ts';
import type { TenantDatabase } from '../platform/tenant-transaction.ts';
import { createReadProfile } from './tenant-profile.ts';

interface TenantsFeatureParts {
  readonly database: TenantDatabase;
  readonly authenticate: RequestHandler;
}

/** The caller's own shop: `GET /v2/tenant`. An answer from before an outage says `"stale": true` and how old it is. */
export function createTenantsFeature({ database, authenticate }: TenantsFeatureParts): { readonly routes: Router } {
  const readProfile = createReadProfile(database);
  const routes = Router();

  routes.get('/v2/tenant', authenticate, async (_request, response) => {
    const { value, ageMs, stale } = await readProfile(tenantContextOf(response));
    response.setHeader('Age', String(Math.floor(ageMs / 1_000)));
    response.setHeader('Cache-Control', 'private, no-store');
    response.json({ ...value, stale });
  });

  return { routes };
}
