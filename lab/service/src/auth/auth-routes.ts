import { type RequestHandler, Router } from 'express';
import * as z from 'zod';
import { stateOf } from '../platform/request-context.ts';
import { parseInput, text } from '../platform/validation.ts';
import type { SignIn } from './sign-in.ts';

const credentialsSchema = z.strictObject({
  tenant: text().min(1).max(63),
  email: text().min(3).max(254),
  password: text().min(1).max(200),
});

interface AuthRouteParts {
  readonly signIn: SignIn;
  readonly limitSignIn: RequestHandler | undefined;
}

export function authRoutes({ signIn, limitSignIn }: AuthRouteParts): Router {
  const router = Router();
  router.post('/v2/auth/token', ...(limitSignIn ? [limitSignIn] : []), async (request, response) => {
    const token = await signIn(stateOf(response), parseInput(credentialsSchema, request.body));
    response.setHeader('Cache-Control', 'no-store');
    response.json(token);
  });
  return router;
}
