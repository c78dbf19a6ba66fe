import * as z from 'zod';
import type { CacheKind } from '../cache/cache-kind.ts';

/** What the public sees of a book. No stock: every order changes it, and the public has no need of the number. */
const bookSchema = z.object({
  id: z.string(),
  title: z.string(),
  author: z.string(),
  isbn: z.string(),
  description: z.string(),
  priceCents: z.number(),
  currency: z.string(),
});

const itemSchema = bookSchema.omit({ description: true });
const pageSchema = z.object({
  items: z.array(itemSchema).readonly(),
  /** Null on the last page. */
  nextCursor: z.string().nullable(),
});
const shopSchema = z.object({ id: z.string() });

export type StorefrontBook = z.output<typeof bookSchema>;
export type StorefrontItem = z.output<typeof itemSchema>;
export type StorefrontPage = z.output<typeof pageSchema>;
export type Shop = z.output<typeof shopSchema>;

export const BOOK_KIND: CacheKind<StorefrontBook> = {
  name: 'storefront-book',
  version: 1,
  cacheClass: 'dynamic',
  schema: bookSchema,
};
export const PAGE_KIND: CacheKind<StorefrontPage> = {
  name: 'storefront-page',
  version: 1,
  cacheClass: 'semiStatic',
  schema: pageSchema,
};
/** By its slug, which never changes. */
export const SHOP_KIND: CacheKind<Shop> = { name: 'shop', version: 1, cacheClass: 'static', schema: shopSchema };

/** Stands for all lists of a shop's books. */
export const LISTS_TAG = 'books';
export const SHOPS_TAG = 'shops';

export function bookTag(bookId: string): string {
  return `book:${bookId}`;
}
