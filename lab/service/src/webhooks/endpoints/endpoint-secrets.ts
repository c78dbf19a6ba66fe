import { randomBytes } from 'node:crypto';
import type { SecretBox } from './secret-box.ts';

/** Names one endpoint's secrets, so that they open nowhere else. */
export interface SecretOwner {
  readonly tenantId: string;
  readonly endpointId: string;
}

export interface EndpointSecrets {
  /** A new secret: as its receiver needs it, which is shown once, and as it is stored. */
  make(owner: SecretOwner): { readonly shown: string; readonly sealed: Buffer };
  open(owner: SecretOwner, sealed: Buffer): Buffer;
}

/** Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;

export function createEndpointSecrets(box: SecretBox): EndpointSecrets {
  return {
    make(owner) {
      const secret = randomBytes(SECRET_BYTES);
      return { shown: `whsec_${secret.toString('base64')}`, sealed: box.seal(secret, contextOf(owner)) };
    },
    open: (owner, sealed) => box.open(sealed, contextOf(owner)),
  };
}

function contextOf({ tenantId, endpointId }: SecretOwner): string {
  return `webhook-endpoint:${tenantId}:${endpointId}`;
}
