import { expect, test } from 'vitest';
import { varnishPlace } from './varnish-place.ts';

test('it names the origin, and lets this machine alone purge', () => {
  const text = varnishPlace({ host: '127.0.0.1', port: 20_001 });
  expect(text).toMatch(/backend api \{\s+\.host = "127\.0\.0\.1";\s+\.port = "20001";/);
  expect(text).toMatch(/acl purgers \{\s+"127\.0\.0\.1";\s+\}/);
});

test.each(['localhost', '"; }', ''])('%j is refused as an address', (host) => {
  expect(() => varnishPlace({ host, port: 1 })).toThrow(RangeError);
});
