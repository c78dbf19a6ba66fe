import { randomUUID } from 'node:crypto';
import type { KeyedRequest } from '../../idempotency/idempotency-key.ts';
import type { OnceResult } from '../../idempotency/once.ts';
import { ProblemError } from '../../platform/problem.ts';
import type { TenantContext } from '../../platform/request-context.ts';
import type { EndpointWish, WebhookEndpoint } from './endpoint.ts';
import type { EndpointRepository, SealedEndpoint } from './endpoint-repository.ts';
import type { EndpointSecrets } from './endpoint-secrets.ts';
import { type UrlRules, urlProblem } from './endpoint-url.ts';

/** Shown in the answer that made the secret, to whoever asks with its key, and never elsewhere. */
export interface EndpointWithSecret extends WebhookEndpoint {
  readonly secret: string;
}

/** What needs more than a row. All throw INVALID_REQUEST for a URL that may not be called, or NOT_FOUND. */
export interface ManageEndpoints {
  /** Throws ENDPOINT_LIMIT_REACHED too, and what `once` throws. This and `rotateSecret` answer with an EndpointWithSecret. */
  create(context: TenantContext, request: KeyedRequest, wish: EndpointWish): Promise<OnceResult>;
  change(context: TenantContext, id: string, wish: Partial<EndpointWish>): Promise<WebhookEndpoint>;
  /** Done twice it would end the time of the secret that receivers still use. Throws what `once` throws. */
  rotateSecret(context: TenantContext, request: KeyedRequest, id: string): Promise<OnceResult>;
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
    async create(context, request, wish) {
      assertCallable(wish.url, urlRules);
      const id = randomUUID();
      const secret = secrets.make({ tenantId: context.tenantId, endpointId: id });
      return withSecret(context, await endpoints.insert(context, request, { ...wish, id, secret }));
    },
    async change(context, id, wish) {
      if (wish.url !== undefined) assertCallable(wish.url, urlRules);
      return existing(await endpoints.update(context, id, wish));
    },
    async rotateSecret(context, request, id) {
      const secret = secrets.make({ tenantId: context.tenantId, endpointId: id });
      return withSecret(context, await endpoints.replaceSecret(context, request, { id, secret, overlapSeconds }));
    },
  };

  /** The answer is kept with the secret sealed, and opened each time that it is given. */
  function withSecret({ tenantId }: TenantContext, { answer, replayed }: OnceResult<SealedEndpoint>): OnceResult {
    const { sealedSecret, ...endpoint } = answer.body;
    const secret = secrets.show({ tenantId, endpointId: endpoint.id }, Buffer.from(sealedSecret, 'base64'));
    const body: EndpointWithSecret = { ...endpoint, secret };
    return { answer: { ...answer, body }, replayed };
  }
}

export function existing<T>(found: T | undefined): T {
  if (found === undefined) throw new ProblemError('NOT_FOUND');
  return found;
}

function assertCallable(url: string, rules: UrlRules): void {
  const message = urlProblem(url, rules);
  if (message !== undefined) throw new ProblemError('INVALID_REQUEST', { errors: [{ field: 'url', message }] });
}
