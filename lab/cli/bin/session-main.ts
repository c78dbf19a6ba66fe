import { enableCompileCache } from 'node:module';
import { join, resolve } from 'node:path';
import process from 'node:process';

// The process behind `lab start --detach`. Its parent listens until the session stands.
enableCompileCache(join(resolve(import.meta.dirname, '..', '..', '..'), '.lab', 'compile-cache'));
const { sessionMain } = await import('../src/session/session-main.ts');

const exitCode = await sessionMain({
  env: process.env,
  argument: process.argv[2] ?? '{}',
  send: (message) => {
    // The parent may leave at any moment; that is told by the disconnect.
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  },
  onParentGone: (listener) => process.once('disconnect', listener),
});
if (process.connected) process.disconnect();
process.exitCode = exitCode;
