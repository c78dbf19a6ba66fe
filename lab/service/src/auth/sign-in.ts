import { ProblemError } from '../platform/problem.ts';
import type { Principal, TenantContext, Usage } from '../platform/request-context.ts';
import type { Tenant, TenantRepository } from '../tenants/tenant-repository.ts';
import type { AccessTokens } from './access-token.ts';
import { pretendToVerify, verifyPassword } from './password.ts';
import type { User, UserRepository } from './user-repository.ts';

export interface Credentials {
  /** The tenant's slug. */
  readonly tenant: string;
  readonly email: string;
  readonly password: string;
}

export type SignIn = (
  request: { readonly requestId: string; readonly usage: Usage },
  credentials: Credentials,
) => Promise<{ readonly accessToken: string; readonly expiresInSeconds: number }>;

interface SignInParts {
  readonly tenants: TenantRepository;
  readonly users: UserRepository;
  readonly tokens: AccessTokens;
}

/** Answers the same, after about the same time, whether the tenant, the email or the password is wrong. */
export function createSignIn({ tenants, users, tokens }: SignInParts): SignIn {
  return async (request, credentials) => {
    const tenant = await tenants.findBySlug(credentials.tenant, request.usage);
    const user = tenant && (await users.findByEmail(tenantContext(request, tenant), credentials.email.toLowerCase()));
    const genuine = user
      ? await verifyPassword(credentials.password, user.passwordHash)
      : await pretendToVerify(credentials.password);
    if (!tenant || !user || !genuine) throw new ProblemError('INVALID_CREDENTIALS');
    return { accessToken: await tokens.issue(principal(tenant, user)), expiresInSeconds: tokens.ttlSeconds };
  };
}

function tenantContext(request: { requestId: string; usage: Usage }, tenant: Tenant): TenantContext {
  return { tenantId: tenant.id, requestId: request.requestId, usage: request.usage };
}

function principal(tenant: Tenant, user: User): Principal {
  return { userId: user.id, tenantId: tenant.id, role: user.role, plan: tenant.plan };
}
