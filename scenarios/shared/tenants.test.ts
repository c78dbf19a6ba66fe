import { expect, test } from 'vitest';
import { experimentTenants, loadTenants, tenantSlug } from './tenants.ts';

test('tenants are named with two digits', () => {
  expect([tenantSlug(5), tenantSlug(20)]).toEqual(['shop-05', 'shop-20']);
});

test("the run's seed names three shops, and none of the load's", () => {
  expect(experimentTenants(15)).toEqual(['shop-20', 'shop-05', 'shop-06']);
  const all = new Set(Array.from({ length: 40 }, (_, seed) => experimentTenants(seed)).flat());
  expect(all.size).toBe(16);
  expect(loadTenants().filter((slug) => all.has(slug))).toEqual([]);
});
