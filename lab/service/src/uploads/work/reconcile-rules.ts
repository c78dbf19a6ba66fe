import type { ListedObject } from '../store/object-store.ts';
import { type ObjectOwner, parseObjectKey, servedKeys } from '../upload-keys.ts';
import { isSettled } from '../upload-state.ts';
import type { KnownUpload } from './upload-inventory.ts';

/** The objects under one upload's name, beside what the database knows of it. */
export interface Inspected {
  readonly tenantId: string;
  readonly uploadId: string;
  readonly known: KnownUpload | undefined;
  readonly objects: readonly ListedObject[];
  /** What is younger may be in the making, and is left alone. */
  readonly beforeMs: number;
}

export interface Findings {
  readonly remove: readonly string[];
  /** Objects that an upload is served from, and that were not found. */
  readonly missing: readonly string[];
}

/** What came in has done its part as soon as its upload is settled; one that is still needed is left. */
export function inspectIncoming({ known, objects, beforeMs }: Inspected): Findings {
  const isNeeded = known !== undefined && !isSettled(known.status);
  return { remove: isNeeded ? [] : keysBefore(objects, beforeMs), missing: [] };
}

/** Objects belong to the upload's claim, the last one; those of attempts that were given up are nobody's. */
export function inspectObjects({ tenantId, uploadId, known, objects, beforeMs }: Inspected): Findings {
  const owner: ObjectOwner = { tenantId, uploadId, claim: known?.claim ?? '' };
  if (known && !isSettled(known.status)) {
    const others = objects.filter(({ key }) => parseObjectKey(key)?.claim !== owner.claim);
    return { remove: keysBefore(others, beforeMs), missing: [] };
  }
  const served = new Set(known?.status === 'ready' ? servedKeys(owner, known.variants) : []);
  const present = new Set(objects.map(({ key }) => key));
  const isOldEnough = (known?.settledAt?.getTime() ?? Number.POSITIVE_INFINITY) < beforeMs;
  return {
    remove: keysBefore(
      objects.filter(({ key }) => !served.has(key)),
      beforeMs,
    ),
    missing: isOldEnough ? [...served].filter((key) => !present.has(key)) : [],
  };
}

function keysBefore(objects: readonly ListedObject[], beforeMs: number): string[] {
  return objects.filter(({ modifiedAtMs }) => modifiedAtMs < beforeMs).map(({ key }) => key);
}
