import type { FaultFacts } from '@lab/facts';
import { alignColumns } from '../output/columns.ts';
import { type Explained, nothingRelated, type RelatedCheck } from './explained.ts';

/** What a fault by hand does, and what can be set. */
export function explainFault(fault: FaultFacts, checks: readonly RelatedCheck[]): Explained {
  const { id, title, page, about, isOneShot, parameters } = fault;
  const settings = alignColumns(
    parameters.map((one) => [`--set ${one.name}=${one.usual}`, `${one.about}; ${one.takes}`]),
  );
  return {
    ...nothingRelated,
    kind: 'fault',
    id,
    title,
    page,
    text: [
      about,
      ...(settings.length === 0 ? [] : [settings.join('\n')]),
      isOneShot ? 'It happens once: there is nothing to undo.' : 'It ends by itself, after --for or 30 seconds.',
      `Try: npx lab fault on ${id}`,
    ],
    checks,
  };
}
