import { expect, test } from 'vitest';
import { TOOL_TABLE } from './tool-table.ts';
import { parseVersion } from './tool-version.ts';

test.each([
  ['k6 v2.2.0 (go1.26.8, linux/amd64)', '2.2.0'],
  ['k6 v2.2.0 (commit/abcdef, go1.25.1, linux/arm64)', '2.2.0'],
  ['toxiproxy-server version 2.12.0', '2.12.0'],
  ['Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=ae4d7c9', '7.0.15'],
  ['postgres (PostgreSQL) 18.4', '18.4'],
  ['postgres (PostgreSQL) 18.1 (Debian 18.1-1.pgdg12+1)', '18.1'],
  ['HAProxy version 2.6.12-1+deb12u4 2026/10/17 - https://haproxy.org/', '2.6.12'],
  [
    'varnishd (varnish-7.1.1 revision 7cee1c581bead20e88d101ab3d72afb29f14d87a)\nCopyright (c) 2006 Verdens Gang AS',
    '7.1.1',
  ],
  ['Version  : 1.8.0\nBuild    : norev\nBuildTime: none', '1.8.0'],
  ['Version  : v1.8.0\nBuild    : a881893', '1.8.0'],
])('%s tells %s', (output, version) => {
  expect(parseVersion(output)).toBe(version);
});

test.each(['toxiproxy-server version git', 'command not found', ''])('%j tells no version', (output) => {
  expect(parseVersion(output)).toBeUndefined();
});

test.each([
  ['k6', '2.2.0', true],
  ['k6', '2.10.1', true],
  ['k6', '2.1.9', false],
  ['k6', '1.3.0', false],
  ['k6', '3.0.0', false],
  ['toxiproxy', '2.12.7', true],
  ['toxiproxy', '2.11.0', false],
  ['toxiproxy', '2.13.0', false],
  ['redis-server', '6.2.14', false],
  ['redis-server', '7.0.0', true],
  ['redis-server', '8.2.1', true],
  ['haproxy', '2.6.12', true],
  ['haproxy', '3.2.1', true],
  ['haproxy', '2.2.9', false],
  ['varnish', '7.1.1', true],
  ['varnish', '7.7.0', true],
  ['varnish', '6.6.2', false],
  ['versitygw', '1.8.0', true],
  ['versitygw', '1.9.1', true],
  ['versitygw', '1.7.0', false],
  ['versitygw', '2.0.0', false],
  ['postgres', '18.4', true],
  ['postgres', '17.9', false],
  ['postgres', 'eighteen', false],
] as const)('%s %s suits: %s', (name, version, suits) => {
  expect(TOOL_TABLE[name].suits.suits(version)).toBe(suits);
});
