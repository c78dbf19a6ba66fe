import { createHash } from 'node:crypto';
import type { RequestHandler } from 'express';
import * as z from 'zod';
import type { Limit } from '../algorithms/limit.ts';
import type { Limiter } from '../store/limiter.ts';
import { refuseLogin } from './request-limiter.ts';
import { sendRefusal } from './send-refusal.ts';

const accountSchema = z.object({ tenant: z.string(), email: z.string() });

/**
 * Limits the attempts at one account, from however many addresses. It counts right passwords too, since it decides
 * before they are checked. Whoever knows an account's name can use up its attempts, which is why they come back evenly:
 * its owner waits for minutes at most.
 */
export function createLoginLimiter({
  limiter,
  limits,
}: {
  limiter: Limiter;
  limits: readonly Limit[];
}): RequestHandler {
  return async (request, response, next) => {
    const account = accountSchema.safeParse(request.body);
    // The route says what is wrong with it.
    if (!account.success) return next();
    const subject = { scope: 'account', id: accountId(account.data) } as const;
    const decision = await limiter.decideExactly(subject, limits).catch(refuseLogin);
    if (decision.allowed) next();
    else sendRefusal(response, decision);
  };
}

/** As sign-in reads it. Hashed, so that any text makes a short key and no address of a person is in the store. */
function accountId({ tenant, email }: z.output<typeof accountSchema>): string {
  return createHash('sha256').update(`${tenant}\0${email.toLowerCase()}`).digest('base64url');
}
