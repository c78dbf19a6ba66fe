import { loadOptions, requestsOf } from '../shared/k6/shop-load.js';

export { echo } from '../shared/k6/shop-load.js';

export const options = loadOptions({ users: 20, usersMax: 80 });

// Shop after shop, so that each keeps to its plan: at random, a small shop would be over it now and then.
export const shop = requestsOf(
  [
    { name: 'detail', of100: 90, path: ({ book }) => `/v2/books/${book.id}` },
    { name: 'list', of100: 10, path: () => '/v2/books?limit=20' },
  ],
  { inTurn: true },
);
