import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { parseEnvironment } from '../platform/config/environment.ts';
import { cacheVariables, storefrontSettings } from './cache-variables.ts';

const parse = (environment: Record<string, string>) =>
  storefrontSettings(parseEnvironment(z.object(cacheVariables), environment));

test('without variables there is no storefront, whatever is said about a shared cache', () => {
  expect(parse({})).toBeUndefined();
  expect(parse({ VARNISH_PURGE_URL: 'http://127.0.0.1:8080/' })).toBeUndefined();
});

test('a storefront needs no shared cache', () => {
  expect(parse({ STOREFRONT: 'true' })).toEqual({
    purgeUrl: undefined,
    purgeTimeoutMs: 500,
    fetchMsMax: 250,
    loadsMax: 5,
  });
});

test('an address for purges is one of HTTP', () => {
  expect(parse({ STOREFRONT: 'true', VARNISH_PURGE_URL: 'http://127.0.0.1:8080/' })?.purgeUrl).toBeDefined();
  expect(() => parse({ VARNISH_PURGE_URL: 'varnish:8080' })).toThrow(/VARNISH_PURGE_URL: expected a URL/);
});

test('the longest fetch that is stored is the same in the rules of Varnish', async () => {
  const rules = await readFile(new URL('../../deploy/varnish.vcl', import.meta.url), 'utf8');
  const settings = parse({ STOREFRONT: 'true' });
  expect(/now - 1h\) > (\d+)ms/.exec(rules)?.[1]).toBe(String(settings?.fetchMsMax));
});
