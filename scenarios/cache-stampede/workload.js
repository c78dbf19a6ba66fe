import { loadOptions, requestsOf } from '../shared/k6/shop-load.js';

export { echo } from '../shared/k6/shop-load.js';

// Enough for all that comes due while the replicas stand still for a moment.
export const options = loadOptions({ users: 40, usersMax: 150 });

// Lists alone: the pages of books are the experiments' own, and so are the statements that they cost.
export const shop = requestsOf([
  { name: 'list', of100: 100, path: ({ tenant }) => `/v2/storefront/${tenant.slug}/books` },
]);
