import type { RequestHandler, Router } from 'express';
import type { AddEvent } from '../outbox/outbox-event.ts';
import type { TenantDatabase } from '../platform/tenant-transaction.ts';
import { createDeadLetterRepository } from './dead-letter-repository.ts';
import { deadLetterRoutes } from './dead-letter-routes.ts';

interface DeadLettersFeatureParts {
  readonly database: TenantDatabase;
  readonly addEvent: AddEvent;
  readonly authenticate: RequestHandler;
}

export function createDeadLettersFeature({ database, addEvent, authenticate }: DeadLettersFeatureParts): Router {
  return deadLetterRoutes({ authenticate, deadLetters: createDeadLetterRepository(database, addEvent) });
}
