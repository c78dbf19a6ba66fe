import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';

/** All addresses of a host. Throws when it has none, or when the signal ends the question. */
export type ResolveHost = (host: string, signal: AbortSignal) => Promise<readonly LookupAddress[]>;

const ASK = { timeout: 2_000, tries: 2 };

/**
 * Asks the name servers themselves. The usual look-up would also believe this machine's hosts file, cannot be
 * cancelled, and shares its four threads with all other work of the process.
 */
export const resolveHost: ResolveHost = async (host, signal) => {
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  signal.throwIfAborted();
  const resolver = new Resolver(ASK);
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  signal.removeEventListener('abort', cancel);
  signal.throwIfAborted();
  const addresses = [...found(four, 4), ...found(six, 6)];
  if (addresses.length === 0) throw new Error('The name of the endpoint leads to no address.');
  return addresses;
};

/** A name may have addresses of one family only. */
function found(result: PromiseSettledResult<string[]>, family: number): readonly LookupAddress[] {
  return result.status === 'fulfilled' ? result.value.map((address) => ({ address, family })) : [];
}
