import { LabError } from '@lab/sdk';
import { Redis } from 'ioredis';
import type { Claim } from '../fault.ts';
import type { FaultGround, StoreName } from '../ground.ts';

const limitMs = 2_000;
const storeNames: readonly StoreName[] = ['redis-cache', 'redis-queue', 'redis-limits'];

/** The stores that the stack has. */
export function storesOf(ground: FaultGround): readonly StoreName[] {
  return storeNames.filter((name) => ground.storeUrl(name) !== null);
}

export function storeAvailability(ground: FaultGround): true | string {
  return storesOf(ground).length > 0 || 'the stack has no Redis';
}

export function storeUrlOf(ground: FaultGround, target: string): string {
  const store = storesOf(ground).find((name) => name === target);
  const url = store === undefined ? null : ground.storeUrl(store);
  if (url !== null) return url;
  throw new LabError('E_NO_STORE', { message: `The stack has no ${target}.` });
}

/** The store must run, and another fault may be on it too. */
export function storeClaims(target: string): readonly Claim[] {
  return [{ on: `process ${target}`, isAlone: false }];
}

/** Work on a connection of the lab's own, past Toxiproxy, which is gone afterwards. */
export async function withStore<T>(
  ground: FaultGround,
  { target, fault }: { readonly target: string; readonly fault: string },
  work: (redis: Redis) => Promise<T>,
): Promise<T> {
  const redis = new Redis(storeUrlOf(ground, target), {
    connectionName: `lab:${ground.run}:fault:${fault}`,
    lazyConnect: true,
    // A fault that cannot reach its target says so; it does not wait for better days.
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: limitMs,
    commandTimeout: limitMs,
  });
  redis.on('error', () => undefined); // The command under way reports it.
  try {
    await redis.connect();
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

/** A key that shows whether what the store held is gone. */
export function witnessKey(fault: string): string {
  return `lab:witness:${fault}`;
}
