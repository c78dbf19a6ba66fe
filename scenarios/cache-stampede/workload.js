import { loadOptions, requestsOf } from '../shared/k6/shop-load.js';

export { echo } from '../shared/k6/shop-load.js';

// Enough for all that comes due while the replicas stand still for a moment.
export const options = loadOptions({ users: 40, usersMax: 150 });

export const shop = requestsOf([
  { name: 'list', of100: 80, path: ({ tenant }) => `/v2/storefront/${tenant.slug}/books` },
  { name: 'detail', of100: 20, path: ({ book }) => `/v2/books/${book.id}` },
]);
