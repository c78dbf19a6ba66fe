import { CallError } from '../../platform/call-error.ts';
import type { CacheScope } from '../cache-kind.ts';

/** The shared HTTP cache in front of the API. */
export interface SharedCache {
  /**
   * Resolves when the cache holds no answer under the tags that was asked for before this call, and cannot store one
   * any more. Throws CallError.
   */
  clear(scope: CacheScope, tags: readonly string[]): Promise<void>;
}

interface SharedCacheParts {
  readonly purgeUrl: string;
  readonly timeoutMs: number;
  /** The cache stores nothing that took longer than this to fetch. The same as in deploy/varnish.vcl. */
  readonly fetchMsMax: number;
  readonly onPurge: (outcome: 'done' | 'failed') => void;
  readonly sleep: (ms: number) => Promise<unknown>;
}

/** For what the cache does between an answer's arrival and its place in the store. */
const STORE_MS = 100;

/**
 * A purge finds what is stored, and nothing that is on its way: neither PURGE, nor xkey, nor a ban of Varnish touches
 * an answer that is still being fetched, and it is stored afterwards. So this waits until whatever was on its way has
 * been stored or has become too old to be, and purges then.
 */
export function createSharedCache(parts: SharedCacheParts): SharedCache {
  const { purgeUrl, timeoutMs, fetchMsMax, onPurge, sleep } = parts;
  return {
    async clear(scope, tags) {
      await sleep(fetchMsMax + STORE_MS);
      try {
        await purge(tags.map((tag) => sharedTag(scope, tag)).join(' '));
        onPurge('done');
      } catch (error) {
        onPurge('failed');
        throw error instanceof CallError ? error : new CallError('The shared cache did not answer.', { cause: error });
      }
    },
  };

  async function purge(keys: string): Promise<void> {
    const response = await fetch(purgeUrl, {
      method: 'PURGE',
      headers: { 'surrogate-key': keys },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.arrayBuffer();
    // Anything may answer 200. Only our rules count what they purged.
    if (response.status === 200 && /^\d+$/.test(response.headers.get('purged') ?? '')) return;
    throw new CallError(`The shared cache answered ${response.status} to a purge.`, { status: response.status });
  }
}

/** A tag as the shared cache knows it: the shops of all tenants lie there side by side. */
export function sharedTag(scope: CacheScope, tag: string): string {
  return `${scope}:${tag}`;
}
