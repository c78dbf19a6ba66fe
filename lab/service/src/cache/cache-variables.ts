import * as z from 'zod';
import { httpUrl, integer, milliseconds } from '../platform/config/environment.ts';

/** Of the API. Without VARNISH_PURGE_URL no shared cache may keep an answer, since nobody could purge it. */
export const cacheVariables = {
  STOREFRONT: z.enum(['true', 'false']).default('false'),
  VARNISH_PURGE_URL: httpUrl.optional(),
  VARNISH_PURGE_TIMEOUT_MS: integer({ min: 10, max: 10_000, fallback: '500' }),
  VARNISH_FETCH_MS_MAX: milliseconds(0, '250'),
  CACHE_LOADS_MAX: integer({ min: 1, max: 100, fallback: '5' }),
};

const cacheSchema = z.object(cacheVariables);

export type StorefrontSettings = NonNullable<ReturnType<typeof storefrontSettings>>;

/** Undefined without STOREFRONT: the API then has no public pages, and its changes nothing to enclose. */
export function storefrontSettings(values: z.output<typeof cacheSchema>) {
  if (values.STOREFRONT !== 'true') return undefined;
  return {
    purgeUrl: values.VARNISH_PURGE_URL,
    purgeTimeoutMs: values.VARNISH_PURGE_TIMEOUT_MS,
    fetchMsMax: values.VARNISH_FETCH_MS_MAX,
    loadsMax: values.CACHE_LOADS_MAX,
  };
}
