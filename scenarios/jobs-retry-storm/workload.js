import { loadOptions, requestsOf } from '../shared/k6/shop-load.js';

export { echo } from '../shared/k6/shop-load.js';

export const options = loadOptions({ users: 40, usersMax: 150 });

export const shop = requestsOf([
  { name: 'detail', of100: 76, path: ({ book }) => `/v2/books/${book.id}` },
  { name: 'list', of100: 12, path: () => '/v2/books?limit=20' },
  {
    name: 'order',
    of100: 12,
    method: 'POST',
    path: () => '/v2/orders',
    // One order per iteration: nothing else in this run has the same key.
    headers: ({ iteration }) => ({ 'Idempotency-Key': `load-${__ENV.LAB_SEED}-${iteration}` }),
    body: ({ book }) => ({ lines: [{ bookId: book.id, quantity: 1 }] }),
  },
]);
