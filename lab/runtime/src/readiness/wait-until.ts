import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '@lab/sdk';

export interface WaitOptions {
  /** What is waited for, for the message: "redis to answer". */
  readonly what: string;
  readonly withinMs: number;
  /** Default 10. */
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
}

/** Asks until the answer is true. Throws E_NOT_READY after `withinMs`, or the signal's reason. */
export async function waitUntil(isReady: () => Promise<boolean> | boolean, options: WaitOptions): Promise<void> {
  const giveUpAt = performance.now() + options.withinMs;
  for (;;) {
    options.signal?.throwIfAborted();
    if (await isReady()) return;
    if (performance.now() > giveUpAt) {
      throw new LabError('E_NOT_READY', { message: `Waited ${options.withinMs} ms for ${options.what}.` });
    }
    await sleep(options.everyMs ?? 10, undefined, options.signal ? { signal: options.signal } : undefined);
  }
}

/** The promise's result, or E_NO_ANSWER after `withinMs`, or the signal's reason. What was begun is not undone. */
export async function withLimit<T>(promise: Promise<T>, options: WaitOptions): Promise<T> {
  const { promise: cut, reject } = Promise.withResolvers<never>();
  const message = `No answer within ${options.withinMs} ms: ${options.what}.`;
  const timer = setTimeout(() => reject(new LabError('E_NO_ANSWER', { message })), options.withinMs);
  const onAbort = (): void => reject(options.signal?.reason);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  if (options.signal?.aborted) onAbort();
  try {
    return await Promise.race([promise, cut]);
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
  }
}
