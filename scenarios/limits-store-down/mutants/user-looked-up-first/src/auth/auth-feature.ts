import type { RequestHandler, Router } from 'express';
import type { Pool } from '../platform/postgres.ts';
import type { TenantDatabase } from '../platform/tenant-transaction.ts';
import { createTenantRepository } from '../tenants/tenant-repository.ts';
import { createAccessTokens } from './access-token.ts';
import { authRoutes } from './auth-routes.ts';
import { authenticate, identify } from './authenticate.ts';
import { createSignIn } from './sign-in.ts';
import { createUserRepository } from './user-repository.ts';

interface AuthFeatureParts {
  readonly pool: Pool;
  readonly database: TenantDatabase;
  readonly secret: string;
  readonly ttlSeconds: number;
  /** Stands before each attempt to sign in; none where sign-in is not limited. */
  readonly limitSignIn?: RequestHandler | undefined;
}

export interface AuthFeature {
  readonly routes: Router;
  /** For everything that needs to know the caller and may do without. */
  readonly identify: RequestHandler;
  readonly authenticate: RequestHandler;
}

export async function createAuthFeature(parts: AuthFeatureParts): Promise<AuthFeature> {
  const { pool, database, secret, ttlSeconds, limitSignIn } = parts;
  const tokens = await createAccessTokens({ secret, ttlSeconds });
  const tenants = createTenantRepository(pool);
  const users = createUserRepository(database);
  return {
    routes: authRoutes({ signIn: createSignIn({ tenants, users, tokens }), limitSignIn }),
    identify: identify(tokens, async (tenantId) => {
      const { rows } = await pool.query<{ plan: string }>('SELECT plan FROM tenants WHERE id = $1', [tenantId]);
      return rows[0]?.plan;
    }),
    authenticate: authenticate(tokens),
  };
}
