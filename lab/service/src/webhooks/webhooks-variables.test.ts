import { expect, test } from 'vitest';
import * as z from 'zod';
import { parseEnvironment } from '../platform/config/environment.ts';
import {
  webhookApiSettings,
  webhookApiVariables,
  webhookWorkSettings,
  webhookWorkVariables,
} from './webhooks-variables.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const api = (environment: Readonly<Record<string, string>>) =>
  webhookApiSettings(parseEnvironment(z.object(webhookApiVariables), environment));
const work = (environment: Readonly<Record<string, string>>) =>
  webhookWorkSettings(parseEnvironment(z.object(webhookWorkVariables), environment));

test('without a key there are no webhooks', () => {
  expect(api({})).toBeUndefined();
  expect(work({ ENCRYPTION_KEY: '' })).toBeUndefined();
});

test('a key is enough; http and private hosts are then refused', () => {
  const rules = { allowHttp: false, allowedHosts: new Set() };
  expect(api({ ENCRYPTION_KEY: KEY })).toEqual({
    encryptionKey: Buffer.alloc(32, 7),
    urlRules: rules,
    secretOverlapSeconds: 86_400,
  });
  expect(work({ ENCRYPTION_KEY: KEY })).toMatchObject({ timeoutMs: 15_000, suspendFailures: 10, urlRules: rules });
});

test('hosts are named with commas between them', () => {
  const settings = api({ ENCRYPTION_KEY: KEY, WEBHOOK_ALLOW_HTTP: 'true', WEBHOOK_ALLOWED_HOSTS: '127.0.0.1,::1' });
  expect(settings?.urlRules).toEqual({ allowHttp: true, allowedHosts: new Set(['127.0.0.1', '::1']) });
});

test('a key of another length is refused, and not shown', () => {
  const short = Buffer.alloc(31, 7).toString('base64');
  expect(() => api({ ENCRYPTION_KEY: short })).toThrow('ENCRYPTION_KEY: expected 32 bytes in base64, found a hidden');
  expect(() => api({ ENCRYPTION_KEY: short })).toThrow(/^(?!.*BwcH)/s);
});

test('a list of hosts with gaps is refused', () => {
  expect(() => work({ WEBHOOK_ALLOWED_HOSTS: 'a,,b' })).toThrow('WEBHOOK_ALLOWED_HOSTS: expected host names');
});
