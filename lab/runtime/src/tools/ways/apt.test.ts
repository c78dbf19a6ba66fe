import { expect, test } from 'vitest';
import { parseDependencies } from './apt.ts';

test('dependencies are read from what apt-cache prints, virtual packages and providers left out', () => {
  const output = [
    'redis-tools',
    '  PreDepends: init-system-helpers',
    ' |Depends: libssl3',
    '  Depends: <mail-transport-agent>',
    '    exim4-daemon-light',
    '  Depends: liblzf1:any',
    '  Suggests: ruby-redis',
  ].join('\n');
  expect(parseDependencies(output)).toEqual(['init-system-helpers', 'libssl3', 'liblzf1']);
});
