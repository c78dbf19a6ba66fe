/** Moments of a run in addresses: `#t=12.4`, in seconds of the run's clock. A fragment is sent to no server. */

const secondsMax = 24 * 60 * 60;

/** In milliseconds; null where the fragment names no moment. */
export function momentIn(hash: string): number | null {
  const given = new URLSearchParams(hash.replace(/^#/, '')).get('t') ?? '';
  if (!/^\d{1,5}(?:\.\d{1,3})?$/.test(given)) return null;
  const seconds = Number(given);
  return seconds > secondsMax ? null : Math.round(seconds * 1_000);
}

/** This address, at a moment; null: at none. */
export function atMoment(address: string, ms: number | null): string {
  const [page = ''] = address.split('#', 1);
  return ms === null ? page : `${page}#t=${Math.max(0, Math.round(ms)) / 1_000}`;
}
