import { randomBytes } from 'node:crypto';
import type { SecretBox } from './secret-box.ts';

/** Names one endpoint's secrets, so that they open nowhere else. */
export interface SecretOwner {
  readonly tenantId: string;
  readonly endpointId: string;
}

export interface EndpointSecrets {
  /** A new secret, as it is stored. */
  make(owner: SecretOwner): Buffer;
  open(owner: SecretOwner, sealed: Buffer): Buffer;
  /** As its receiver needs it. */
  show(owner: SecretOwner, sealed: Buffer): string;
}

/** Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;

export function createEndpointSecrets(box: SecretBox): EndpointSecrets {
  const open: EndpointSecrets['open'] = (owner, sealed) => box.open(sealed, contextOf(owner));
  return {
    make: (owner) => box.seal(randomBytes(SECRET_BYTES), contextOf(owner)),
    open,
    show: (owner, sealed) => `whsec_${open(owner, sealed).toString('base64')}`,
  };
}

function contextOf({ tenantId, endpointId }: SecretOwner): string {
  return `webhook-endpoint:${tenantId}:${endpointId}`;
}
