import { SignJWT } from 'jose/jwt/sign';
import { jwtVerify } from 'jose/jwt/verify';
import * as z from 'zod';
import type { Principal } from '../platform/request-context.ts';

export interface AccessTokens {
  readonly ttlSeconds: number;
  issue(principal: Principal): Promise<string>;
  /** Undefined when the token is expired, forged or made for something else. */
  verify(token: string): Promise<Principal | undefined>;
}

const ALGORITHM = 'HS256';
const ISSUER = 'shelfwise';
const AUDIENCE = 'shelfwise-api';

const claimsSchema = z.object({
  sub: z.string(),
  tenant: z.guid(),
  role: z.enum(['admin', 'editor', 'clerk']),
  plan: z.string(),
});

export async function createAccessTokens(settings: { secret: string; ttlSeconds: number }): Promise<AccessTokens> {
  const { secret, ttlSeconds } = settings;
  // Imported once: importing the key again would cost more than checking a signature.
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', Buffer.from(secret), algorithm, false, ['sign', 'verify']);

  return {
    ttlSeconds,
    issue: ({ userId, tenantId, role, plan }) =>
      new SignJWT({ tenant: tenantId, role, plan })
        .setProtectedHeader({ alg: ALGORITHM })
        .setSubject(userId)
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setIssuedAt()
        .setExpirationTime(`${ttlSeconds}s`)
        .sign(key),
    async verify(token) {
      const verified = await jwtVerify(token, key, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['exp'],
      }).catch(() => undefined); // Every reason is the same to the caller: sign in again.
      const claims = claimsSchema.safeParse(verified?.payload);
      if (!claims.success) return undefined;
      const { sub: userId, tenant: tenantId, role, plan } = claims.data;
      return { userId, tenantId, role, plan };
    },
  };
}
