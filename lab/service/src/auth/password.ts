import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/**
 * One of the settings of OWASP's Password Storage Cheat Sheet: 32 MiB and three turns. Its equals of 16 MiB and less
 * are no better here: the C library keeps such a block for its thread for ever, so a process grows by 16 MiB with each
 * of the four threads that has verified a password. A block of 32 MiB goes back to the system.
 */
const STRENGTH = { N: 2 ** 15, r: 8, p: 3 };
const KEY_BYTES = 32;

interface HashOptions {
  readonly salt?: Buffer;
  /** Turns; fewer are quicker, for accounts whose password is no secret. */
  readonly parallelism?: number;
}

/** `scrypt$cost$blockSize$parallelism$salt$key`, so that the cost can rise without making old hashes unreadable. */
export async function hashPassword(password: string, options: HashOptions = {}): Promise<string> {
  const { salt = randomBytes(16), parallelism = STRENGTH.p } = options;
  const strength = { ...STRENGTH, p: parallelism };
  const key = await derive(password, salt, KEY_BYTES, withMemory(strength));
  const { N, r, p } = strength;
  return ['scrypt', N, r, p, salt.toString('base64'), key.toString('base64')].join('$');
}

export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [scheme, cost, blockSize, parallelism, salt, key] = stored.split('$');
  if (scheme !== 'scrypt' || !salt || !key) throw new Error('The stored password hash has an unknown format.');
  const expected = Buffer.from(key, 'base64');
  const strength = { N: Number(cost), r: Number(blockSize), p: Number(parallelism) };
  const derived = await derive(password, Buffer.from(salt, 'base64'), expected.length, withMemory(strength));
  return timingSafeEqual(derived, expected);
}

/** Takes as long as verifying a real password; for accounts that do not exist, so that the time gives nothing away. */
export async function pretendToVerify(password: string): Promise<false> {
  await derive(password, Buffer.alloc(16), KEY_BYTES, withMemory(STRENGTH));
  return false;
}

/** Node refuses 32 MiB and more unless it is told; what scrypt needs is 128 · N · r bytes and a little (RFC 7914). */
function withMemory(strength: typeof STRENGTH): ScryptOptions {
  return { ...strength, maxmem: 256 * strength.N * strength.r };
}
