import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Encrypts what the database may hold but not know. */
export interface SecretBox {
  /** `context` says what the secret belongs to: it opens with the same context only, so rows cannot be exchanged. */
  seal(plain: Buffer, context: string): Buffer;
  /** Throws for another key, another context, or bytes that were changed. */
  open(sealed: Buffer, context: string): Buffer;
}

const ALGORITHM = 'aes-256-gcm';
/** The first byte, so that another algorithm or key can be told apart one day. */
const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** `key` has 32 bytes. */
export function createSecretBox(key: Buffer): SecretBox {
  return {
    seal(plain, context) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(context));
      const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([Buffer.of(VERSION), iv, cipher.getAuthTag(), encrypted]);
    },
    open(sealed, context) {
      if (sealed[0] !== VERSION) throw new Error('This secret was sealed in a way that is not known here.');
      const iv = sealed.subarray(1, 1 + IV_BYTES);
      const tag = sealed.subarray(1 + IV_BYTES, 1 + IV_BYTES + TAG_BYTES);
      const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
      return Buffer.concat([decipher.update(sealed.subarray(1 + IV_BYTES + TAG_BYTES)), decipher.final()]);
    },
  };
}
