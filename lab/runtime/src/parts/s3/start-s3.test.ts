import { expect, test } from 'vitest';
import { s3Environment } from './start-s3.ts';

test('it listens on loopback, with the credentials that were made for it', () => {
  const credentials = { accessKeyId: 'KEY', secretAccessKey: 'secret' };
  expect(s3Environment({ port: 20_001, credentials, readyPath: '/ready-1' })).toMatchObject({
    VGW_PORT: '127.0.0.1:20001',
    ROOT_ACCESS_KEY_ID: 'KEY',
    ROOT_SECRET_ACCESS_KEY: 'secret',
    VGW_HEALTH: '/ready-1',
  });
});
