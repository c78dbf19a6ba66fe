import type { IncomingMessage } from 'node:http';
import { isIP, isIPv6 } from 'node:net';

/** What a provider gives one customer, at the most: single addresses of it are free to take. */
const IPV6_PREFIX_BITS = 56;

/** Whom a request without a caller is counted for: the first entry of X-Forwarded-For is where it comes from. */
export function clientAddress(request: IncomingMessage, _trustedHops: number): string {
  const direct = request.socket.remoteAddress ?? 'unknown';
  const header = request.headers['x-forwarded-for'];
  const [first = ''] = (Array.isArray(header) ? header.join(',') : (header ?? ''))
    .split(',')
    .map((entry) => entry.trim());
  return networkOf(isIP(first) === 0 ? direct : first);
}

/** An IPv4 address as it is, an IPv6 address as its network. */
function networkOf(address: string): string {
  const [bare = ''] = address.split('%');
  if (!isIPv6(bare)) return bare;
  const groups = groupsOf(bare);
  const mapped = ipv4In(groups);
  if (mapped !== undefined) return mapped;
  const prefix = groups.map((group, index) => group & maskOf(index));
  return `${prefix.map((group) => group.toString(16)).join(':')}/${IPV6_PREFIX_BITS}`;
}

/** The eight numbers of an IPv6 address. */
function groupsOf(address: string): number[] {
  // A URL writes each address in one way only; "[::ffff:1.2.3.4]" becomes "[::ffff:102:304]".
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const numbers = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  if (tail === undefined) return numbers(head);
  const [first, last] = [numbers(head), numbers(tail)];
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
}

/** Sockets that speak both show IPv4 addresses this way. */
function ipv4In(groups: readonly number[]): string | undefined {
  const [high = 0, low = 0] = groups.slice(6);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return isMapped ? [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.') : undefined;
}

function maskOf(group: number): number {
  const bits = Math.min(16, Math.max(0, IPV6_PREFIX_BITS - group * 16));
  return 0xffff & (0xffff << (16 - bits));
}
