/**
 * What makes the naive variant of the reference, as folders below `scenarios`. Each is a first idea: read the database
 * every time, let the customer wait for the payment, try once. No two of them may change the same file.
 */
export const naiveOverlays: readonly string[] = [
  'cache-stale-price/mutants/cache-removed',
  'jobs-double-charge/mutants/charge-in-request',
  'jobs-double-charge/mutants/no-retries',
];
