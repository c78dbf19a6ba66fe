import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

const COST = 2 ** 14;
const BLOCK_SIZE = 8;
const PARALLELISM = 1;
const KEY_BYTES = 32;

/** `scrypt$cost$blockSize$parallelism$salt$key`, so that the cost can rise without making old hashes unreadable. */
export async function hashPassword(password: string, salt: Buffer = randomBytes(16)): Promise<string> {
  const key = await derive(password, salt, KEY_BYTES, { N: COST, r: BLOCK_SIZE, p: PARALLELISM });
  return ['scrypt', COST, BLOCK_SIZE, PARALLELISM, salt.toString('base64'), key.toString('base64')].join('$');
}

export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [scheme, cost, blockSize, parallelism, salt, key] = stored.split('$');
  if (scheme !== 'scrypt' || !salt || !key) throw new Error('The stored password hash has an unknown format.');
  const expected = Buffer.from(key, 'base64');
  const options = { N: Number(cost), r: Number(blockSize), p: Number(parallelism) };
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64'), expected.length, options), expected);
}

/** Takes as long as verifying a real password; for accounts that do not exist, so that the time gives nothing away. */
export async function pretendToVerify(password: string): Promise<false> {
  await derive(password, Buffer.alloc(16), KEY_BYTES, { N: COST, r: BLOCK_SIZE, p: PARALLELISM });
  return false;
}
