import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

/**
 * The same decision as `cacheFolder` of the runtime, which cannot be imported before the right Node is there;
 * a test of the runtime holds the two together.
 * @param {Readonly<Record<string, string | undefined>>} env
 */
export function cacheFolder(env) {
  if (env.BROWNOUT_CACHE) return path.resolve(env.BROWNOUT_CACHE);
  if (env.XDG_CACHE_HOME) return path.resolve(env.XDG_CACHE_HOME, 'brownout');
  const home = env.HOME || homedir();
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Caches', 'brownout');
  if (process.getuid?.() === 0) return '/var/cache/brownout';
  return path.join(home, '.cache', 'brownout');
}
