const prefix = 'lab-simulator-';
/** Each defines one element; those that no page has asked for are not loaded. */
const scripts: Readonly<Record<string, () => Promise<unknown>>> = {
  'cache-stampede': () => import('../simulators/cache-stampede.ts'),
  'invalidation-race': () => import('../simulators/invalidation-race.ts'),
  'rate-limiting': () => import('../simulators/rate-limiting.ts'),
  retries: () => import('../simulators/retries.ts'),
};

/** Brings the simulators of the page to life. What stands in their elements is what others see. */
export async function loadSimulators(): Promise<void> {
  const wanted = Object.entries(scripts).filter(([id]) => document.querySelector(`${prefix}${id}`) !== null);
  await Promise.all(wanted.map(([, load]) => load()));
}
