import { loadOptions, requestsOf } from '../shared/k6/shop-load.js';

export { echo } from '../shared/k6/shop-load.js';

export const options = loadOptions({ users: 40, usersMax: 150 });

export const shop = requestsOf([
  { name: 'detail', of100: 81, path: ({ book }) => `/v2/books/${book.id}` },
  { name: 'list', of100: 10, path: () => '/v2/books?limit=20' },
  {
    name: 'order',
    of100: 9,
    // A second one of the same shop, while the first is not paid yet.
    times: 2,
    method: 'POST',
    path: () => '/v2/orders',
    // Nothing else in this run has the same key.
    headers: ({ iteration, time }) => ({ 'Idempotency-Key': `load-${__ENV.LAB_SEED}-${iteration}-${time}` }),
    body: ({ book }) => ({ lines: [{ bookId: book.id, quantity: 1 }] }),
  },
]);
