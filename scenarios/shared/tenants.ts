/** The first four make the load; the experiments use the others. */
const busyTenants = 4;
const tenants = 20;
const tenantsPerRun = 3;

export function tenantSlug(number: number): string {
  return `shop-${String(number).padStart(2, '0')}`;
}

/** Tenants whose customers make the load. */
export function loadTenants(): readonly string[] {
  return Array.from({ length: busyTenants }, (_, index) => tenantSlug(index + 1));
}

/** Tenants that the experiments of a run use: a few, as each needs a login. Which few, only the run's seed decides. */
export function experimentTenants(seed: number): readonly string[] {
  const others = tenants - busyTenants;
  return Array.from({ length: tenantsPerRun }, (_, index) => tenantSlug(busyTenants + 1 + ((seed + index) % others)));
}
