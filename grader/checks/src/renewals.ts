import type { Evidence, ExperimentRecord, Operation } from '@lab/sdk';
import { operationsOf, recordsOf } from './evidence-views.ts';

/** When a page was seen to have been made again, after what it shows was changed behind the service's back. */
export interface Renewal {
  readonly key: string;
  /** What was seen first; null where there was nothing. */
  readonly before: number | null;
  /** When the first answer was there; the page was made before that. */
  readonly madeMs: number;
  /** The look that saw something else; undefined when none did. */
  readonly seen: Operation | undefined;
  /** The last look that saw what was there before. */
  readonly lastOld: Operation;
}

export interface Renewals {
  readonly record: ExperimentRecord;
  /** Pages that were there. */
  readonly pages: readonly Renewal[];
  /** Keys under which there was nothing. */
  readonly nothing: readonly Renewal[];
}

/**
 * The reads of each key in their order, of the last attempt that counts; null when there is none. The first one makes the
 * page. A look without an answer says nothing about the copy.
 */
export function renewalsIn(evidence: Evidence, experiment: string): Renewals | null {
  const record = recordsOf(evidence, experiment).findLast(({ reached }) => reached);
  if (record === undefined) return null;
  const looks = operationsOf(evidence, [experiment]).filter(
    ({ startMs, endMs, outcome, status }) =>
      startMs >= record.startMs && endMs <= record.endMs && (outcome === 'ok' || status === 404),
  );
  const all = [...Map.groupBy(looks, ({ key }) => key)].flatMap(([key, ofKey]): readonly Renewal[] => {
    const [first] = ofKey;
    if (first === undefined || ofKey.length < 2) return [];
    const lastOld = ofKey.findLast(({ value }) => value === first.value) ?? first;
    return [
      {
        key,
        before: first.value,
        madeMs: first.endMs,
        seen: ofKey.find(({ value }) => value !== first.value),
        lastOld,
      },
    ];
  });
  return {
    record,
    pages: all.filter(({ before }) => before !== null),
    nothing: all.filter(({ before }) => before === null),
  };
}
