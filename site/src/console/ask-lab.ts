import { takeToken } from './token.ts';

/** Why the lab gave no answer. `isLocked`: this tab has no token, or that of a lab that is gone. */
export class LabRefusal extends Error {
  readonly isLocked: boolean;
  readonly hint: string | null;

  constructor(message: string, { isLocked = false, hint = null as string | null } = {}) {
    super(message);
    this.isLocked = isLocked;
    this.hint = hint;
  }
}

const withinMs = 45_000;

/** Asks the lab that serves this page. @throws LabRefusal with what it said, or that it is silent. */
export async function askLab<T>(path: string, body?: unknown): Promise<T> {
  const token = takeToken()?.text ?? null;
  if (token === null) throw new LabRefusal('This tab does not know the lab’s token.', { isLocked: true });
  const response = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(withinMs),
  }).catch(() => null);
  if (response === null)
    throw new LabRefusal('The lab does not answer. It may have stopped.', { hint: 'npx lab status' });
  const document = (await response.json().catch(() => null)) as { error?: { message?: string; hint?: string } } | null;
  if (response.ok && document !== null) return document as T;
  const { message = `The lab answered ${response.status}.`, hint = null } = document?.error ?? {};
  throw new LabRefusal(message, { isLocked: response.status === 401, hint });
}
