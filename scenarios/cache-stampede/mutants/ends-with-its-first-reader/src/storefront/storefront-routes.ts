import { type Request, type Response, Router } from 'express';
import * as z from 'zod';
import type { CacheScope } from '../cache/cache-kind.ts';
import { sendShared } from '../cache/shared/send-shared.ts';
import type { CacheAnswer } from '../cache/tagged-cache.ts';
import { ProblemError } from '../platform/problem.ts';
import { stateOf, type TenantContext } from '../platform/request-context.ts';
import { parseId, parseInput, text } from '../platform/validation.ts';
import type { ReadStorefront } from './read-storefront.ts';
import { bookTag, LISTS_TAG } from './storefront-book.ts';

interface StorefrontRouteParts {
  readonly read: ReadStorefront;
  /** There is a shared cache, and it can be purged. */
  readonly isShared: boolean;
}

interface StorefrontAnswer {
  readonly scope: CacheScope;
  readonly tags: readonly string[];
  readonly answer: CacheAnswer<unknown>;
}

const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

const listSchema = z.object({ cursor: text().max(2_000).optional() });

/** Public, and the same for everybody: a token that comes along is not looked at. */
export function storefrontRoutes({ read, isShared }: StorefrontRouteParts): Router {
  const router = Router();

  router.get('/v2/storefront/:slug/books', async (request, response) => {
    const context = await contextOf(request, response);
    const { cursor } = parseInput(listSchema, request.query);
    const answer = await read.page(context, cursor);
    send(request, response, { scope: context.tenantId, tags: [LISTS_TAG], answer });
  });

  router.get('/v2/storefront/:slug/books/:id', async (request, response) => {
    const bookId = parseId(request.params.id);
    const context = await contextOf(request, response);
    const answer = await read.book(context, bookId);
    send(request, response, { scope: context.tenantId, tags: [bookTag(bookId)], answer });
  });

  return router;

  async function contextOf(request: Request, response: Response): Promise<TenantContext> {
    const slug = String(request.params.slug);
    const { requestId, usage, abandonment } = stateOf(response);
    const shop = SLUG.test(slug) ? await read.shop(slug, usage) : undefined;
    if (!shop) throw new ProblemError('NOT_FOUND');
    // As everywhere: for a reader who has gone nothing is asked of the database.
    return { tenantId: shop.id, requestId, usage, signal: abandonment.signal };
  }

  function send(
    request: Request,
    response: Response,
    { scope, tags, answer: { value, settled } }: StorefrontAnswer,
  ): void {
    if (value === undefined) throw new ProblemError('NOT_FOUND');
    sendShared(request, response, { body: value, scope, tags, mayBeKept: isShared && settled });
  }
}
