import type { RequestHandler, Router } from 'express';
import type { TenantDatabase } from '../platform/tenant-transaction.ts';
import { createDeadLetterRepository } from './dead-letter-repository.ts';
import { deadLetterRoutes } from './dead-letter-routes.ts';

interface DeadLettersFeatureParts {
  readonly database: TenantDatabase;
  readonly authenticate: RequestHandler;
}

export function createDeadLettersFeature({ database, authenticate }: DeadLettersFeatureParts): Router {
  return deadLetterRoutes({ authenticate, deadLetters: createDeadLetterRepository(database) });
}
