import { ADMIN, ANYBODY, asList, EDITORS, inPath, newKey, PUBLIC, type RouteCase } from './isolation-cases.ts';
import type { ShopThings } from './shop-things.ts';

const REASON = { reason: 'Not mine' };
const ofEndpoints = ({ endpointId }: ShopThings, more = '') => `/v2/webhook-endpoints/${endpointId}${more}`;
const ofDeliveries = ({ deliveryId }: ShopThings, more = '') => `/v2/webhook-deliveries/${deliveryId}${more}`;

/** Cases of routes that are there where uploads, webhooks and the storefront are configured. */
export const OPTIONAL_CASES: Readonly<Record<string, RouteCase>> = {
  'GET /uploads': PUBLIC,
  'GET /uploads/page.css': PUBLIC,
  'GET /uploads/page.js': PUBLIC,
  'GET /uploads/sending.js': PUBLIC,
  'GET /uploads/words.js': PUBLIC,

  'GET /v2/storefront/:slug/books': {
    roles: 'public',
    attempts: ({ title, bookIds: [id] }, { slug }) => {
      const cursor = Buffer.from(JSON.stringify([title, id])).toString('base64url');
      const path = `/v2/storefront/${slug}/books`;
      return [
        { where: 'list', path, status: 200, owner: 200 },
        { where: 'query', path: `${path}?cursor=${cursor}`, status: 200, owner: 200 },
        inPath('/v2/storefront/no-such-shop/books', { owner: 404 }),
      ];
    },
  },
  'GET /v2/storefront/:slug/books/:id': {
    roles: 'public',
    // A book is shown in its own shop only, whatever everybody may read.
    attempts: ({ bookIds: [id] }, { slug }) => [inPath(`/v2/storefront/${slug}/books/${id}`, { owner: 200 })],
  },

  'GET /v2/uploads': { roles: ANYBODY, attempts: (named) => asList('/v2/uploads', named) },
  'POST /v2/uploads': {
    roles: EDITORS,
    attempts: ({ pendingUploadId: id, tenantId }) => {
      const body = { kind: 'image', contentType: 'image/png', bytes: 10, id, tenantId };
      return [{ where: 'body', path: '/v2/uploads', body, status: 400, owner: 400 }];
    },
  },
  'GET /v2/uploads/:id': {
    roles: ANYBODY,
    attempts: (named) => [inPath(`/v2/uploads/${named.readyUploadId}`, { owner: 200 })],
  },
  'DELETE /v2/uploads/:id': {
    roles: EDITORS,
    attempts: ({ readyUploadId, partsUploadId }) => [
      inPath(`/v2/uploads/${readyUploadId}`, { owner: 204 }),
      inPath(`/v2/uploads/${partsUploadId}`, { owner: 204 }),
    ],
  },
  'GET /v2/uploads/:id/content': {
    roles: ANYBODY,
    attempts: (named) => [
      // A client that follows the redirect would ask the store.
      inPath(`/v2/uploads/${named.readyUploadId}/content`, { headers: { accept: 'application/json' }, owner: 200 }),
    ],
  },
  'POST /v2/uploads/:id/confirm': {
    roles: EDITORS,
    attempts: (named) => [inPath(`/v2/uploads/${named.readyUploadId}/confirm`, { owner: 202 })],
  },
  'GET /v2/uploads/:id/parts': {
    roles: ANYBODY,
    attempts: (named) => [inPath(`/v2/uploads/${named.partsUploadId}/parts`, { owner: 200 })],
  },
  'POST /v2/uploads/:id/parts': {
    roles: EDITORS,
    attempts: (named) => [inPath(`/v2/uploads/${named.partsUploadId}/parts`, { body: { numbers: [1] }, owner: 200 })],
  },

  'GET /v2/webhook-endpoints': { roles: ADMIN, attempts: (named) => asList('/v2/webhook-endpoints', named) },
  'POST /v2/webhook-endpoints': {
    roles: ADMIN,
    attempts: ({ endpointId: id, tenantId }) => {
      const body = { url: 'http://127.0.0.1:9/', eventTypes: ['order.paid'], id, tenantId };
      return [{ where: 'body', path: '/v2/webhook-endpoints', headers: newKey(), body, status: 400, owner: 400 }];
    },
  },
  'GET /v2/webhook-endpoints/:id': { roles: ADMIN, attempts: (named) => [inPath(ofEndpoints(named), { owner: 200 })] },
  'PATCH /v2/webhook-endpoints/:id': {
    roles: ADMIN,
    attempts: (named) => [inPath(ofEndpoints(named), { body: { eventTypes: ['order.paid'] }, owner: 200 })],
  },
  'DELETE /v2/webhook-endpoints/:id': {
    roles: ADMIN,
    attempts: (named) => [inPath(ofEndpoints(named), { owner: 204 })],
  },
  'POST /v2/webhook-endpoints/:id/suspend': {
    roles: ADMIN,
    attempts: (named) => [inPath(ofEndpoints(named, '/suspend'), { owner: 200 })],
  },
  'POST /v2/webhook-endpoints/:id/resume': {
    roles: ADMIN,
    attempts: (named) => [inPath(ofEndpoints(named, '/resume'), { owner: 200 })],
  },
  'POST /v2/webhook-endpoints/:id/rotate-secret': {
    roles: ADMIN,
    attempts: (named) => [inPath(ofEndpoints(named, '/rotate-secret'), { headers: newKey(), owner: 200 })],
  },

  'GET /v2/webhook-deliveries': {
    roles: ADMIN,
    attempts: (named) => [
      ...asList('/v2/webhook-deliveries', named),
      { where: 'query', path: `/v2/webhook-deliveries?endpointId=${named.endpointId}`, status: 200, owner: 200 },
    ],
  },
  'GET /v2/webhook-deliveries/:id': {
    roles: ADMIN,
    attempts: (named) => [inPath(ofDeliveries(named), { owner: 200 })],
  },
  'POST /v2/webhook-deliveries/:id/redrive': {
    roles: ADMIN,
    attempts: (named) => [inPath(ofDeliveries(named, '/redrive'), { owner: 202 })],
  },
  'POST /v2/webhook-deliveries/:id/dismiss': {
    roles: ADMIN,
    attempts: (named) => [inPath(ofDeliveries(named, '/dismiss'), { body: REASON, owner: 200 })],
  },
};
