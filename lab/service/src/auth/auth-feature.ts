import type { RequestHandler, Router } from 'express';
import type { Pool } from '../platform/postgres.ts';
import type { TenantDatabase } from '../platform/tenant-transaction.ts';
import { createTenantRepository } from '../tenants/tenant-repository.ts';
import { createAccessTokens } from './access-token.ts';
import { authRoutes } from './auth-routes.ts';
import { authenticate } from './authenticate.ts';
import { createSignIn } from './sign-in.ts';
import { createUserRepository } from './user-repository.ts';

interface AuthFeatureParts {
  readonly pool: Pool;
  readonly database: TenantDatabase;
  readonly secret: string;
  readonly ttlSeconds: number;
}

export async function createAuthFeature({ pool, database, secret, ttlSeconds }: AuthFeatureParts): Promise<{
  readonly routes: Router;
  readonly authenticate: RequestHandler;
}> {
  const tokens = await createAccessTokens({ secret, ttlSeconds });
  const tenants = createTenantRepository(pool);
  const users = createUserRepository(database);
  return { routes: authRoutes(createSignIn({ tenants, users, tokens })), authenticate: authenticate(tokens) };
}
