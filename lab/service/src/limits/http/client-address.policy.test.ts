import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { clientAddress } from './client-address.ts';

const PROXY = '10.0.0.7';
const from = (remoteAddress: string, forwardedFor?: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwardedFor } }) as unknown as IncomingMessage;

test('without a trusted proxy only the connection counts, whatever the client claims', () => {
  for (const claim of ['1.1.1.1', '1.1.1.2, 1.1.1.3', '', undefined]) {
    expect(clientAddress(from('203.0.113.9', claim), 0)).toBe('203.0.113.9');
  }
});

test.each([
  [1, '6.6.6.6, 203.0.113.9', '203.0.113.9'],
  [1, '203.0.113.9', '203.0.113.9'],
  [2, '6.6.6.6, 203.0.113.9, 10.0.0.6', '203.0.113.9'],
  [2, '6.6.6.6,203.0.113.9,10.0.0.6', '203.0.113.9'],
])('with %i proxies, of "%s" the client is %s', (hops, header, client) => {
  expect(clientAddress(from(PROXY, header), hops)).toBe(client);
});

test('entries that a client adds on the left change nothing', () => {
  for (let index = 0; index < 50; index += 1) {
    const header = `${Array.from({ length: index }, (_, n) => `6.6.6.${n}`).join(', ')}, 203.0.113.9`;
    expect(clientAddress(from(PROXY, header), 1)).toBe('203.0.113.9');
  }
});

test.each([undefined, '', 'unknown', '203.0.113.9, _hidden', '999.1.1.1'])(
  'where the header has no address at the place of ours (%s), the connection counts',
  (header) => expect(clientAddress(from(PROXY, header), 1)).toBe(PROXY),
);

test('where there are fewer entries than proxies, the request came around them', () => {
  expect(clientAddress(from('198.51.100.1', '203.0.113.9'), 2)).toBe('198.51.100.1');
});

test.each([
  ['2001:db8:1:2300::1', '2001:db8:1:2300:0:0:0:0/56'],
  ['2001:db8:1:23ff:ffff:ffff:ffff:ffff', '2001:db8:1:2300:0:0:0:0/56'],
  ['2001:DB8:1:2345::', '2001:db8:1:2300:0:0:0:0/56'],
  ['2001:db8:1:2400::1', '2001:db8:1:2400:0:0:0:0/56'],
  ['fe80::1%eth0', 'fe80:0:0:0:0:0:0:0/56'],
  ['::', '0:0:0:0:0:0:0:0/56'],
  ['1:2:3:4:5:6:7:8', '1:2:3:0:0:0:0:0/56'],
])('the IPv6 address %s is counted as the network %s', (address, network) => {
  expect(clientAddress(from(address), 0)).toBe(network);
});

test.each(['::ffff:203.0.113.9', '::ffff:cb00:7109'])('%s is the IPv4 address that it stands for', (address) => {
  expect(clientAddress(from(address), 0)).toBe('203.0.113.9');
});
