import { randomUUID } from 'node:crypto';
import { ProblemError } from '../../platform/problem.ts';
import type { TenantContext } from '../../platform/request-context.ts';
import type { EndpointWish, WebhookEndpoint } from './endpoint.ts';
import type { EndpointRepository } from './endpoint-repository.ts';
import type { EndpointSecrets } from './endpoint-secrets.ts';
import { type UrlRules, urlProblem } from './endpoint-url.ts';

/** Shown in the answer that made the secret, and never again. */
export interface EndpointWithSecret extends WebhookEndpoint {
  readonly secret: string;
}

/** What needs more than a row. All throw INVALID_REQUEST for a URL that may not be called, or NOT_FOUND. */
export interface ManageEndpoints {
  /** Throws ENDPOINT_LIMIT_REACHED too. */
  create(context: TenantContext, wish: EndpointWish): Promise<EndpointWithSecret>;
  change(context: TenantContext, id: string, wish: Partial<EndpointWish>): Promise<WebhookEndpoint>;
  rotateSecret(context: TenantContext, id: string): Promise<EndpointWithSecret>;
}

interface ManageEndpointsParts {
  readonly endpoints: EndpointRepository;
  readonly secrets: EndpointSecrets;
  readonly urlRules: UrlRules;
  readonly secretOverlapSeconds: number;
}

export function createManageEndpoints(parts: ManageEndpointsParts): ManageEndpoints {
  const { endpoints, secrets, urlRules, secretOverlapSeconds: overlapSeconds } = parts;
  return {
    async create(context, wish) {
      assertCallable(wish.url, urlRules);
      const id = randomUUID();
      const { shown, sealed } = secrets.make({ tenantId: context.tenantId, endpointId: id });
      return { ...(await endpoints.insert(context, { ...wish, id, secret: sealed })), secret: shown };
    },
    async change(context, id, wish) {
      if (wish.url !== undefined) assertCallable(wish.url, urlRules);
      return existing(await endpoints.update(context, id, wish));
    },
    async rotateSecret(context, id) {
      const { shown, sealed } = secrets.make({ tenantId: context.tenantId, endpointId: id });
      const endpoint = existing(await endpoints.replaceSecret(context, id, { secret: sealed, overlapSeconds }));
      return { ...endpoint, secret: shown };
    },
  };
}

export function existing<T>(found: T | undefined): T {
  if (found === undefined) throw new ProblemError('NOT_FOUND');
  return found;
}

function assertCallable(url: string, rules: UrlRules): void {
  const message = urlProblem(url, rules);
  if (message !== undefined) throw new ProblemError('INVALID_REQUEST', { errors: [{ field: 'url', message }] });
}
