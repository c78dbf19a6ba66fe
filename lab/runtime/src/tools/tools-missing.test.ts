import { expect, test } from 'vitest';
import { TOOL_TABLE } from './tool-table.ts';
import { toolsMissing } from './tools-missing.ts';

test('a missing tool is told with every way that was tried and one command', () => {
  const error = toolsMissing(
    [
      {
        name: 'redis-server',
        tried: [
          { way: 'environment', outcome: 'LAB_REDIS_SERVER_PATH is not set' },
          { way: 'path', outcome: '/usr/bin/redis-server: it is 6.0.16, and the lab needs 7.0 or later' },
          { way: 'system-package', outcome: 'apt-get is not there: this is not Debian or Ubuntu' },
        ],
        waysLeft: ['system-package'],
        fix: TOOL_TABLE['redis-server'].platforms['linux-x64'].fix,
      },
    ],
    'linux-x64',
  );
  expect(error.code).toBe('E_TOOL_MISSING');
  expect(error.message).toBe(
    [
      'redis-server (7.0 or later) is not here, and could not be fetched for linux-x64. Tried:',
      '  - named path: LAB_REDIS_SERVER_PATH is not set',
      '  - PATH: /usr/bin/redis-server: it is 6.0.16, and the lab needs 7.0 or later',
      '  - system packages: apt-get is not there: this is not Debian or Ubuntu',
    ].join('\n'),
  );
  expect(error.hint).toBe('sudo apt-get install -y redis-server');
});
