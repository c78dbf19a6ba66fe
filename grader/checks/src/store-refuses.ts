import type { Check, Evidence, Finding } from '@lab/sdk';
import { notMeasured } from './not-measured.ts';
import {
  isTaken,
  numberOf,
  type Problem,
  problemFindings,
  said,
  textOf,
  type UploadRow,
  uploadRows,
} from './uploads.ts';

interface StoreRefusesOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** What was wrong with what was sent: `size`, `key`, `type` or `time`. */
  readonly groups: readonly string[];
}

/** What must not come in is refused by the store itself, and nothing of it is left there; what may come in does. */
export function storeRefuses(options: StoreRefusesOptions): Check {
  const { groups, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) => {
      const asked = facts.experiments.filter((experiment) => evidence.selected.includes(experiment));
      if (asked.length === 0) return [];
      const found = submissionFindings(evidence, asked, groups);
      return found ?? [notMeasured('Nothing was sent to the store')];
    },
  };
}

const rules = [
  {
    code: 'STORE_TOOK_IT',
    rule: 'The store itself refuses what was not allowed: what it takes is there, is paid for, and can be read by whoever comes first. It took',
  },
  { code: 'OBJECT_LEFT', rule: 'Of what was refused nothing is left in the store. An object was there after' },
  { code: 'STORE_REFUSED_IT', rule: 'What was allowed is taken by the store. It did not take' },
];

/** Null where nothing was sent. */
export function submissionFindings(
  evidence: Evidence,
  experiments: readonly string[],
  groups: readonly string[],
): readonly Finding[] | null {
  const rows = uploadRows(evidence, 'submissions', experiments)?.filter((row) =>
    groups.includes(textOf(row, 'group') ?? ''),
  );
  if (rows === undefined || rows.length === 0) return null;
  return problemFindings(
    rows.flatMap((row) => {
      const found = problemOf(row);
      return found === null ? [] : [{ ...found, row }];
    }),
    rules,
  );
}

function problemOf(row: UploadRow): Omit<Problem, 'row'> | null {
  const answer = `the store said ${said(row['sent'], row['code'])}`;
  const left = numberOf(row, 'left') ?? 0;
  if (row['expected'] === 'taken') {
    return isTaken(row['sent']) && left > 0 ? null : { code: 'STORE_REFUSED_IT', seen: answer };
  }
  if (isTaken(row['sent'])) return { code: 'STORE_TOOK_IT', seen: answer };
  return left > 0 ? { code: 'OBJECT_LEFT', seen: answer } : null;
}
