import { expect, test } from 'vitest';
import { haproxyConfig } from './haproxy-config.ts';

const backend = { name: 'api-1', host: '127.0.0.1', port: 20_002, internalPort: 20_003 };
const spec = { host: '127.0.0.1', port: 20_001, readyUrlPath: '/readyz', backends: [backend] };

test('each backend is a server, asked for its health on the internal port', () => {
  const text = haproxyConfig({ ...spec, backends: [backend, { ...backend, name: 'api-2', port: 20_004 }] });
  expect(text).toContain('\n  server api-1 127.0.0.1:20002 port 20003\n  server api-2 127.0.0.1:20004 port 20003\n');
  expect(text).toContain('  default-server check ');
  expect(text).toContain('  http-check send meth GET uri /readyz ');
});

test('it listens on loopback, on a port that it shares with nobody', () => {
  const text = haproxyConfig(spec);
  expect(text.match(/^ {2}bind .*$/gm)).toEqual(['  bind 127.0.0.1:20001']);
  expect(text).toContain('\n  noreuseport\n');
});

test('the runtime socket is for its owner only', () => {
  expect(haproxyConfig(spec)).toContain('stats socket unix@runtime.sock mode 600 level admin');
});

test('no request is tried again elsewhere', () => {
  expect(haproxyConfig(spec)).toContain('\n  retries 0\n');
});

test.each(['api 1', 'api-1\n  server x', '', 'a/b'])('%j is no name', (name) => {
  expect(() => haproxyConfig({ ...spec, backends: [{ ...backend, name }] })).toThrow(RangeError);
});
