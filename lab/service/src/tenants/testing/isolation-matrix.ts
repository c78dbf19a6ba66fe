import { randomInt } from 'node:crypto';
import { TEST_PASSWORD } from '../../testing/test-service.ts';
import { ADMIN, ANYBODY, asList, CLERKS, EDITORS, inPath, newKey, PUBLIC, type RouteCase } from './isolation-cases.ts';
import { OPTIONAL_CASES } from './optional-cases.ts';
import type { ShopThings } from './shop-things.ts';

const REASON = { reason: 'Not mine' };

const linesOf = (...bookIds: readonly (string | undefined)[]) => ({
  lines: bookIds.map((bookId) => ({ bookId, quantity: 1 })),
});
const newBook = (more: object) => ({
  isbn: String(randomInt(1e12, 1e13)),
  title: 'New title',
  author: 'New author',
  priceCents: 100,
  currency: 'EUR',
  stock: 1,
  ...more,
});
const ofLetters = ({ deadLetterId }: ShopThings, more = '') => `/v2/dead-letters/${deadLetterId}${more}`;

/**
 * Every route with whom it is for and how a request to it can name a thing of another shop. The test that reads this
 * fails for a route that is missing here, and for one here that is gone.
 */
export const MATRIX: Readonly<Record<string, RouteCase>> = {
  'GET /livez': PUBLIC,
  'GET /startupz': PUBLIC,
  'GET /readyz': PUBLIC,
  'POST /v2/auth/token': {
    roles: 'public',
    attempts: ({ slug: tenant }, { slug }) => {
      const body = { tenant, email: `admin@${slug}.example`, password: TEST_PASSWORD };
      return [{ where: 'body', path: '/v2/auth/token', body, status: 401, owner: 200 }];
    },
  },

  'GET /v2/tenant': { roles: ANYBODY, attempts: (named) => asList('/v2/tenant', named) },

  'GET /v2/books': {
    roles: ANYBODY,
    attempts: (named) => {
      const after = Buffer.from(JSON.stringify([named.title, named.bookIds[0]])).toString('base64url');
      const [all, , ...ignored] = asList('/v2/books', named);
      const found = { where: 'query', status: 200, owner: 200 } as const;
      return [
        ...(all ? [all] : []),
        ...ignored,
        { ...found, path: `/v2/books?limit=100&q=${named.title}` },
        { ...found, path: `/v2/books?limit=100&cursor=${after}` },
      ];
    },
  },
  'POST /v2/books': {
    roles: EDITORS,
    attempts: ({ isbn, idempotencyKey, tenantId }) => {
      const path = '/v2/books';
      return [
        // What is unique is so in one shop: a refusal would tell what another one sells.
        { where: 'body', path, headers: newKey(), body: newBook({ isbn }), status: 201, owner: 409 },
        {
          where: 'header',
          path,
          headers: { 'idempotency-key': idempotencyKey },
          body: newBook({}),
          status: 201,
          owner: 422,
        },
        { where: 'body', path, headers: newKey(), body: newBook({ tenantId }), status: 400, owner: 400 },
      ];
    },
  },
  'POST /v2/books/bulk-prices': {
    roles: EDITORS,
    attempts: ({ bookIds: [id] }, { bookIds: [, second] }) => {
      const changes = [second, id].map((bookId) => ({ bookId, priceCents: 1 }));
      const path = '/v2/books/bulk-prices';
      return [
        { where: 'body', path, headers: newKey(), body: { changes: changes.slice(1) }, status: 422, owner: 200 },
        { where: 'nested item', path, headers: newKey(), body: { changes }, status: 422, owner: 200 },
      ];
    },
  },
  'GET /v2/books/:id': {
    roles: ANYBODY,
    attempts: ({ bookIds: [id] }) => [
      inPath(`/v2/books/${id}`, { owner: 200 }),
      inPath(`/v2/books/${id}`, { where: 'header', headers: { 'if-none-match': '"1"' }, owner: 304 }),
    ],
  },
  'PATCH /v2/books/:id': {
    roles: EDITORS,
    attempts: ({ bookIds: [id], tenantId }, own) => [
      inPath(`/v2/books/${id}`, { headers: { 'if-match': '"1"' }, body: { priceCents: 1 }, owner: 200 }),
      inPath(`/v2/books/${id}`, { body: { title: 'Taken over' }, owner: 200 }),
      { where: 'body', path: `/v2/books/${own.bookIds[1]}`, body: { id, tenantId, stock: 0 }, status: 400, owner: 400 },
    ],
  },

  'GET /v2/orders': { roles: ANYBODY, attempts: (named) => asList('/v2/orders', named) },
  'POST /v2/orders': {
    roles: CLERKS,
    attempts: ({ bookIds: [first], idempotencyKey }, { bookIds: [, second] }) => {
      const path = '/v2/orders';
      const key = { 'idempotency-key': idempotencyKey };
      return [
        { where: 'body', path, headers: newKey(), body: linesOf(first), status: 422, owner: 201 },
        { where: 'nested item', path, headers: newKey(), body: linesOf(second, first), status: 422, owner: 201 },
        { where: 'header', path, headers: key, body: linesOf(second), status: 201, owner: 422 },
      ];
    },
  },
  'GET /v2/orders/:id': {
    roles: ANYBODY,
    attempts: ({ orderId }) => [inPath(`/v2/orders/${orderId}`, { owner: 200 })],
  },
  'POST /v2/orders/:id/cancel': {
    roles: CLERKS,
    attempts: ({ orderId }) => [inPath(`/v2/orders/${orderId}/cancel`, { owner: 200 })],
  },

  'GET /v2/dead-letters': { roles: ADMIN, attempts: (named) => asList('/v2/dead-letters', named) },
  'GET /v2/dead-letters/:id': { roles: ADMIN, attempts: (named) => [inPath(ofLetters(named), { owner: 200 })] },
  'POST /v2/dead-letters/:id/redrive': {
    roles: ADMIN,
    attempts: (named) => [inPath(ofLetters(named, '/redrive'), { owner: 202 })],
  },
  'POST /v2/dead-letters/:id/dismiss': {
    roles: ADMIN,
    attempts: (named) => [inPath(ofLetters(named, '/dismiss'), { body: REASON, owner: 200 })],
  },

  ...OPTIONAL_CASES,
};
