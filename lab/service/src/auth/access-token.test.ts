import { SignJWT } from 'jose/jwt/sign';
import { expect, test } from 'vitest';
import type { Principal } from '../platform/request-context.ts';
import { createAccessTokens } from './access-token.ts';

const SECRET = 'a secret of at least 32 characters';
const PRINCIPAL: Principal = {
  userId: 'user-1',
  tenantId: '8c3f1f0e-9f6b-4a57-9d0c-3f1c7a3d2b11',
  role: 'editor',
  plan: 'pro',
};

const tokens = await createAccessTokens({ secret: SECRET, ttlSeconds: 900 });

function forge(claims: Record<string, unknown>, { secret = SECRET, expiresAt = '5m' } = {}) {
  return new SignJWT({ sub: 'user-1', tenant: PRINCIPAL.tenantId, role: 'admin', plan: 'pro', ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('shelfwise')
    .setAudience('shelfwise-api')
    .setExpirationTime(expiresAt)
    .sign(Buffer.from(secret));
}

test('a token gives back whom it was made for', async () => {
  await expect(tokens.verify(await tokens.issue(PRINCIPAL))).resolves.toEqual(PRINCIPAL);
});

test('a well-made token is accepted, whoever holds the secret', async () => {
  await expect(tokens.verify(await forge({}))).resolves.toMatchObject({ role: 'admin' });
});

test('an expired token is refused', async () => {
  await expect(tokens.verify(await forge({}, { expiresAt: '-1s' }))).resolves.toBeUndefined();
});

test('a token signed with another secret is refused', async () => {
  const token = await forge({}, { secret: 'another secret of 32 characters..' });
  await expect(tokens.verify(token)).resolves.toBeUndefined();
});

test.each([
  ['for another audience', { aud: 'elsewhere' }],
  ['with an unknown role', { role: 'root' }],
  ['without a tenant', { tenant: undefined }],
  ['with a tenant that is no id', { tenant: "'; DROP TABLE books" }],
])('a token %s is refused', async (_name, claims) => {
  const { aud, ...rest } = claims as { aud?: string };
  const token = aud
    ? await new SignJWT(rest).setProtectedHeader({ alg: 'HS256' }).setAudience(aud).sign(Buffer.from(SECRET))
    : await forge(rest);
  await expect(tokens.verify(token)).resolves.toBeUndefined();
});

test('a token without a signature is refused', async () => {
  const [, payload] = (await tokens.issue(PRINCIPAL)).split('.');
  const header = Buffer.from('{"alg":"none"}').toString('base64url');
  await expect(tokens.verify(`${header}.${payload}.`)).resolves.toBeUndefined();
});
