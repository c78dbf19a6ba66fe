import { isIP } from 'node:net';
import { isPublicAddress } from '../sending/public-address.ts';

export interface UrlRules {
  /** For development and tests; in production a webhook is encrypted on its way. */
  readonly allowHttp: boolean;
  /** Hosts that may be called although they are not public, as the operator says. Never a tenant. */
  readonly allowedHosts: ReadonlySet<string>;
}

/**
 * What is wrong with the URL of an endpoint; undefined when nothing is. Where a name leads is asked at each attempt:
 * an answer of today would say nothing about tomorrow's.
 */
export function urlProblem(text: string, { allowHttp, allowedHosts }: UrlRules): string | undefined {
  const url = URL.parse(text);
  if (url === null || !['https:', 'http:'].includes(url.protocol)) return 'must be an https URL';
  if (url.protocol === 'http:' && !allowHttp) return 'must be an https URL';
  if (url.username !== '' || url.password !== '') return 'must not contain a user or a password';
  if (url.hash !== '') return 'must not contain a fragment';
  const host = hostOf(url);
  if (isIP(host) !== 0 && !isPublicAddress(host) && !allowedHosts.has(host)) return 'must lead to a public address';
  return undefined;
}

/** The host without the brackets that URLs put around IPv6 addresses. Numbers in odd forms are plain addresses by then. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}
