import { createHash } from 'node:crypto';
import type { BookRepository } from '../books/book-repository.ts';
import { decodeCursor } from '../books/cursor.ts';
import { createListBooks } from '../books/list-books.ts';
import { DIRECTORY } from '../cache/cache-kind.ts';
import type { CacheAnswer, TaggedCache } from '../cache/tagged-cache.ts';
import type { TenantContext, Usage } from '../platform/request-context.ts';
import type { TenantRepository } from '../tenants/tenant-repository.ts';
import {
  BOOK_KIND,
  bookTag,
  LISTS_TAG,
  PAGE_KIND,
  SHOP_KIND,
  SHOPS_TAG,
  type Shop,
  type StorefrontBook,
  type StorefrontItem,
  type StorefrontPage,
} from './storefront-book.ts';

/** Reads through the cache. A context without a signal: what is loaded for one caller serves others too. */
export interface ReadStorefront {
  shop(slug: string, usage: Usage): Promise<Shop | undefined>;
  book(context: TenantContext, bookId: string): Promise<CacheAnswer<StorefrontBook>>;
  /** Throws INVALID_REQUEST for a cursor that is none. */
  page(context: TenantContext, cursor: string | undefined): Promise<CacheAnswer<StorefrontPage>>;
}

interface ReadStorefrontParts {
  readonly cache: TaggedCache;
  readonly books: BookRepository;
  readonly tenants: TenantRepository;
}

/** Fixed: each length would be a list of its own in every cache. */
const PAGE_LENGTH = 20;

export function createReadStorefront({ cache, books, tenants }: ReadStorefrontParts): ReadStorefront {
  const listBooks = createListBooks({ books });
  const copies = new Map<string, Promise<CacheAnswer<StorefrontBook>>>();

  /** For a second everybody in this process is given the same: no crowd reaches the cache, let alone the database. */
  function copyFor(key: string, read: () => Promise<CacheAnswer<StorefrontBook>>) {
    const copy = copies.get(key) ?? read();
    if (copies.has(key)) return copy;
    copies.set(key, copy);
    copy.catch(() => copies.delete(key));
    setTimeout(() => copies.delete(key), 1_000).unref();
    return copy;
  }

  return {
    async shop(slug, usage) {
      const load = async () => {
        const tenant = await tenants.findBySlug(slug, usage);
        return tenant && { id: tenant.id };
      };
      const tags = [SHOPS_TAG];
      return (await cache.read({ kind: SHOP_KIND, scope: DIRECTORY, id: slug, tags, load })).value;
    },
    book: (context, bookId) =>
      copyFor(`${context.tenantId} ${bookId}`, () =>
        cache.read({
          kind: BOOK_KIND,
          scope: context.tenantId,
          id: bookId,
          tags: [bookTag(bookId)],
          load: async () => {
            const book = await books.findById(context, bookId);
            return book && { ...toItem(book), description: book.description };
          },
        }),
      ),
    async page(context, cursor) {
      // Refused before it takes a place in the cache.
      if (cursor !== undefined) decodeCursor(cursor);
      return await cache.read({
        kind: PAGE_KIND,
        scope: context.tenantId,
        id: cursor === undefined ? 'first' : createHash('sha256').update(cursor).digest('base64url'),
        tags: [LISTS_TAG],
        load: async () => {
          const { items, nextCursor } = await listBooks(context, { limit: PAGE_LENGTH, cursor });
          return { items: items.map(toItem), nextCursor };
        },
      });
    },
  };
}

function toItem({ id, title, author, isbn, priceCents, currency }: StorefrontItem): StorefrontItem {
  return { id, title, author, isbn, priceCents, currency };
}
