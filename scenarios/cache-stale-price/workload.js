import { loadOptions, requestsOf } from '../shared/k6/shop-load.js';

export { echo } from '../shared/k6/shop-load.js';

// Two hundred virtual users cover a hold of more than a second.
export const options = loadOptions({ users: 60, usersMax: 200 });

export const shop = requestsOf([
  { name: 'detail', of100: 84, path: ({ book }) => `/v2/books/${book.id}` },
  { name: 'list', of100: 8, path: () => '/v2/books?limit=20' },
  { name: 'search', of100: 4, path: ({ book }) => `/v2/books?limit=20&q=${encodeURIComponent(book.word)}` },
  {
    name: 'patch',
    of100: 4,
    method: 'PATCH',
    path: ({ book }) => `/v2/books/${book.id}`,
    body: ({ fraction }) => ({ stock: Math.floor(fraction(4) * 500) }),
  },
]);
