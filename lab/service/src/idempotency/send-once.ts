import type { Response } from 'express';
import type { OnceResult } from './once.ts';

/** Answers with what was kept; a replay says so. */
export function sendOnce(response: Response, { answer, replayed }: OnceResult): void {
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  response.setHeader('Cache-Control', 'private, no-store');
  if (replayed) response.setHeader('Idempotent-Replayed', 'true');
  if (answer.body === null || answer.body === undefined) response.status(answer.status).end();
  else response.status(answer.status).json(answer.body);
}
