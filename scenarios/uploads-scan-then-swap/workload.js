import { loadOptions, requestsOf } from '../shared/k6/shop-load.js';

export { echo } from '../shared/k6/shop-load.js';

export const options = loadOptions({ users: 30, usersMax: 120 });

export const shop = requestsOf([
  { name: 'detail', of100: 75, path: ({ book }) => `/v2/books/${book.id}` },
  { name: 'list', of100: 15, path: () => '/v2/books?limit=20' },
  { name: 'uploads', of100: 10, path: () => '/v2/uploads?limit=20' },
]);
