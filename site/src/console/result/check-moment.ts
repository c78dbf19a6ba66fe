import type { CheckResult } from '@lab/sdk';
import type { GradeDocument } from '../run-types.ts';

/**
 * When there is something to see of a check, in milliseconds of the run: what its findings name, else the begin of its
 * first experiment, else that of the calm before them, which decides where a check needs no experiment. Null where none
 * of them was.
 */
export function momentOf(
  { timeline, lessons }: Pick<GradeDocument, 'timeline' | 'lessons'>,
  { id, findings }: Pick<CheckResult, 'id' | 'findings'>,
): number | null {
  const found = findings.find(({ at }) => at !== null)?.at;
  if (found !== undefined && found !== null) return found;
  const experiments = lessons[id]?.experiments ?? [];
  const begins = timeline
    .filter(({ kind, name }) =>
      experiments.length === 0
        ? kind === 'phase' && name === 'baseline'
        : kind === 'experiment' && experiments.includes(name),
    )
    .map(({ startMs }) => startMs);
  return begins.length === 0 ? null : Math.min(...begins);
}
