import type { Variant } from './upload.ts';

export const INCOMING = 'incoming/';
export const OBJECTS = 'objects/';

export interface ObjectOwner {
  readonly tenantId: string;
  readonly uploadId: string;
  readonly claim: string;
}

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const INCOMING_KEY = new RegExp(`^incoming/(?<tenantId>${UUID})/(?<uploadId>${UUID})$`);
const OBJECT_KEY = new RegExp(`^objects/(?<tenantId>${UUID})/(?<uploadId>${UUID})/(?<claim>${UUID})/[^/]+$`);

export function incomingKey(tenantId: string, uploadId: string): string {
  return `${INCOMING}${tenantId}/${uploadId}`;
}

/** Where it came in: the form takes nothing but the announced length. */
export function originalKey({ tenantId, uploadId }: ObjectOwner): string {
  return incomingKey(tenantId, uploadId);
}

export function variantKey({ tenantId, uploadId, claim }: ObjectOwner, variant: Pick<Variant, 'name' | 'format'>) {
  return `${OBJECTS}${tenantId}/${uploadId}/${claim}/${variant.name}.${variant.format}`;
}

/** All keys that an upload with these variants is served from. */
export function servedKeys(owner: ObjectOwner, variants: readonly Pick<Variant, 'name' | 'format'>[]): string[] {
  return [originalKey(owner), ...variants.map((variant) => variantKey(owner, variant))];
}

/** Whose a key under `incoming/` is; undefined for one that we did not make. */
export function parseIncomingKey(key: string): Omit<ObjectOwner, 'claim'> | undefined {
  const { tenantId, uploadId } = INCOMING_KEY.exec(key)?.groups ?? {};
  return tenantId && uploadId ? { tenantId, uploadId } : undefined;
}

/** Whose a key under `objects/` is; undefined for one that we did not make. */
export function parseObjectKey(key: string): ObjectOwner | undefined {
  const { tenantId, uploadId, claim } = OBJECT_KEY.exec(key)?.groups ?? {};
  return tenantId && uploadId && claim ? { tenantId, uploadId, claim } : undefined;
}
