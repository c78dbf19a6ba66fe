import type { ExperimentHandle } from '@lab/sdk';
import { lifeMsMax } from '../plans.ts';

const keysMax = 5_000;
/** Between two commands of a service that works, much less than this passes. */
const lookAgainMs = 60;

/** What lies in the store of the counts, for `countKeysEnd`. A key is without an end when it still is at a second look. */
export async function countKeys(h: ExperimentHandle): Promise<Readonly<Record<string, string | number | null>>> {
  const keys = await h.limits.keys(keysMax);
  const forever = keys.filter(({ ttlMs }) => ttlMs === -1).map(({ key }) => key);
  const stay = forever.length === 0 ? [] : await stillWithoutEnd(h, new Set(forever));
  const lingering = keys.filter(({ ttlMs }) => ttlMs > lifeMsMax);
  const example = stay[0] ?? lingering[0]?.key ?? keys[0]?.key ?? null;
  return { keys: keys.length, withoutExpiry: stay.length, lingering: lingering.length, example };
}

async function stillWithoutEnd(h: ExperimentHandle, forever: ReadonlySet<string>): Promise<readonly string[]> {
  await h.clock.sleep(lookAgainMs);
  const keys = await h.limits.keys(keysMax);
  return keys.filter(({ key, ttlMs }) => ttlMs === -1 && forever.has(key)).map(({ key }) => key);
}
