import { loadOptions, requestsOf } from '../shared/k6/shop-load.js';

export { echo } from '../shared/k6/shop-load.js';

export const options = loadOptions({ users: 40, usersMax: 200 });

export const shop = requestsOf([
  { name: 'detail', of100: 90, path: ({ book }) => `/v2/books/${book.id}` },
  { name: 'list', of100: 5, path: () => '/v2/books?limit=20' },
  {
    name: 'price',
    of100: 5,
    method: 'PATCH',
    path: ({ book }) => `/v2/books/${book.id}`,
    body: ({ fraction }) => ({ priceCents: 500 + Math.floor(fraction(5) * 4_500) }),
  },
]);
