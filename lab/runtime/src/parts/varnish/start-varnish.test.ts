import { expect, test } from 'vitest';
import { varnishArguments } from './start-varnish.ts';

test('it listens on loopback, takes no commands, and finds its place before that of the rules', () => {
  const words = varnishArguments({
    port: 20_001,
    workDir: '/run/work',
    rulesFile: '/rules/a.vcl',
    placeFolder: '/run',
  });
  expect(words.join(' ')).toContain('-n /run/work -a 127.0.0.1:20001 -T none ');
  expect(words).toContain('vcl_path=/run:/rules');
  expect(words.slice(-2)).toEqual(['-f', '/rules/a.vcl']);
});
