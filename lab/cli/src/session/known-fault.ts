import { UsageError } from '@lab/sdk';
import { suggest } from '../suggest.ts';

/** The fault with this id. Throws a `UsageError` that names the one that was probably meant. */
export function knownFault<T extends { readonly id: string }>(catalogue: readonly T[], id: string): T {
  const found = catalogue.find((fault) => fault.id === id);
  if (found !== undefined) return found;
  const meant = suggest(
    id,
    catalogue.map((fault) => fault.id),
  );
  throw new UsageError('E_FAULT_UNKNOWN', {
    message: `There is no fault "${id}".`,
    hint: meant === null ? 'npx lab fault list' : `Did you mean ${meant}?`,
  });
}
