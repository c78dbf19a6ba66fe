import { type RequestHandler, type Response, Router } from 'express';
import * as z from 'zod';
import { requireRole } from '../auth/authenticate.ts';
import { keyedRequest } from '../idempotency/idempotency-key.ts';
import { sendOnce } from '../idempotency/send-once.ts';
import { tenantContextOf } from '../platform/request-context.ts';
import { parseId, parseInput, text } from '../platform/validation.ts';
import type { Book } from './book.ts';
import type { ChangePrices } from './change-prices.ts';
import type { CreateBook } from './create-book.ts';
import { entityTag, expectedVersion, namesVersion } from './entity-tag.ts';
import type { ListBooks } from './list-books.ts';
import type { ReadBook } from './read-book.ts';
import type { UpdateBook } from './update-book.ts';

interface BookRouteParts {
  readonly authenticate: RequestHandler;
  readonly listBooks: ListBooks;
  readonly readBook: ReadBook;
  readonly createBook: CreateBook;
  readonly updateBook: UpdateBook;
  readonly changePrices: ChangePrices;
}

const INTEGER_MAX = 2_147_483_647;

const listSchema = z.object({
  q: text().trim().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: text().max(2_000).optional(),
});

const fields = {
  title: text().trim().min(1).max(300),
  description: text().max(10_000),
  priceCents: z.int().min(0).max(INTEGER_MAX),
  stock: z.int().min(0).max(INTEGER_MAX),
};

const bookSchema = z.strictObject({
  ...fields,
  description: fields.description.default(''),
  isbn: z.string().regex(/^\d{9}[\dX]$|^\d{13}$/, 'must be an ISBN of 10 or 13 digits, without hyphens'),
  author: text().trim().min(1).max(300),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be a currency, as EUR'),
});

const changesSchema = z
  .strictObject(fields)
  .partial()
  .refine(
    (changes) => Object.values(changes).some((value) => value !== undefined),
    'name at least one field to change',
  );

const pricesSchema = z.strictObject({
  changes: z
    .array(
      z.strictObject({
        bookId: z.guid().toLowerCase(),
        priceCents: fields.priceCents,
        version: z.int().min(1).max(INTEGER_MAX).optional(),
      }),
    )
    .min(1)
    .max(100)
    .refine((all) => new Set(all.map(({ bookId }) => bookId)).size === all.length, 'name a book once at most'),
});

export function bookRoutes(parts: BookRouteParts): Router {
  const { authenticate, listBooks, readBook, createBook, updateBook, changePrices } = parts;
  const router = Router();

  router.get('/v2/books', authenticate, async (request, response) => {
    const { q, limit, cursor } = parseInput(listSchema, request.query);
    const page = await listBooks(tenantContextOf(response), { search: q === '' ? undefined : q, limit, cursor });
    response.setHeader('Cache-Control', 'private, no-cache');
    response.json(page);
  });

  router.get('/v2/books/:id', authenticate, async (request, response) => {
    const book = await readBook(tenantContextOf(response), parseId(request.params.id));
    if (namesVersion(request.get('if-none-match'), book.version)) setVersionHeaders(response, book).status(304).end();
    else setVersionHeaders(response, book).json(book);
  });

  router.post('/v2/books', authenticate, requireRole('admin', 'editor'), async (request, response) => {
    const book = parseInput(bookSchema, request.body);
    sendOnce(response, await createBook(tenantContextOf(response), keyedRequest(request, book), book));
  });

  router.post('/v2/books/bulk-prices', authenticate, requireRole('admin', 'editor'), async (request, response) => {
    const { changes } = parseInput(pricesSchema, request.body);
    sendOnce(response, await changePrices(tenantContextOf(response), keyedRequest(request, changes), changes));
  });

  router.patch('/v2/books/:id', authenticate, requireRole('admin', 'editor'), async (request, response) => {
    const bookId = parseId(request.params.id);
    const changes = parseInput(changesSchema, request.body);
    const version = expectedVersion(request.get('if-match'));
    const book = await updateBook(tenantContextOf(response), bookId, { changes, expectedVersion: version });
    setVersionHeaders(response, book).json(book);
  });

  return router;
}

function setVersionHeaders(response: Response, { version }: Book): Response {
  response.setHeader('ETag', entityTag(version));
  response.setHeader('Cache-Control', 'private, no-cache');
  return response;
}
