import { createHash } from 'node:crypto';

/** SHA-256 in hexadecimal, at once: for fakes that answer without waiting. */
export function hashOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
