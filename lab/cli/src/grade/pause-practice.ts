import { controlLoad, readSession } from '@lab/console';
import type { Context } from '../context.ts';

/** Pauses the load of a running practice session for as long as the returned resource lives. */
export async function pausePractice(context: Context): Promise<AsyncDisposable> {
  const session = readSession(context.labDir);
  if (session.kind !== 'running') return { [Symbol.asyncDispose]: async () => undefined };
  const paused = await controlLoad(session.record, 'pause', process.pid);
  if (!paused) context.output.warn('The practice load could not be paused: the running session does not answer.');
  return {
    async [Symbol.asyncDispose]() {
      // Should this fail, the session notices that this process has ended and goes on by itself.
      if (paused) await controlLoad(session.record, 'resume', process.pid);
    },
  };
}
