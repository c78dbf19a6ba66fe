import type { Check } from '@lab/sdk';
import { notMeasured } from './not-measured.ts';
import { askedOf, servedProblems } from './scanned-as-served.ts';
import { eachOnce, type Problem, problemFindings, said, textOf, type UploadRow, uploadRows } from './uploads.ts';

interface StaysAsServedOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** The experiment that read the scanner's ledger, and looked at every upload again, at the end. */
  readonly settled: string;
}

const rules = [
  { code: 'VIRUS_SERVED', rule: 'Nobody is given a file that holds a virus.' },
  { code: 'CHANGED_WHEN_READY', rule: 'What is "ready" does not change any more, whoever still has its form.' },
  {
    code: 'NO_LONGER_SERVED',
    rule: 'What is "ready" stays: an address that a customer was given, and one that is asked for later, lead to it.',
  },
];

/** What is ready stays what it is, whatever is done with what was signed for its way in. */
export function staysAsServed(options: StaysAsServedOptions): Check {
  const { settled, ...facts } = options;
  return {
    ...facts,
    experiments: [...facts.experiments, settled],
    judge: (evidence) => {
      const asked = askedOf(evidence, facts.experiments);
      if (asked.length === 0) return [];
      const rows = uploadRows(evidence, 'used-again', asked) ?? [];
      if (rows.length === 0) return [notMeasured('No form was used again')];
      const firstOf = (row: UploadRow) => rows.find(({ upload }) => upload === row['upload'])?.['firstSha256'];
      const atRest = (uploadRows(evidence, 'served-at-rest', asked) ?? [])
        .map((row): UploadRow => ({ ...row, firstSha256: firstOf(row) ?? null }))
        .filter(({ firstSha256 }) => firstSha256 !== null);
      return problemFindings(eachOnce([...rows, ...atRest].flatMap(changes)), rules);
    },
  };
}

function changes(row: UploadRow): readonly Problem[] {
  const found = (code: string, seen: string): readonly Problem[] => [
    { code, row, seen: `${seen}, ${textOf(row, 'when') ?? 'later'}` },
  ];
  const [virus] = servedProblems(row, []).filter(({ code }) => code === 'VIRUS_SERVED');
  if (virus !== undefined) return [virus];
  const { firstSha256, served, servedSha256, status } = row;
  if (status !== 'ready') return found('NO_LONGER_SERVED', `it is "${status}"`);
  if (served !== 200) return found('NO_LONGER_SERVED', `getting it was answered with ${said(served)}`);
  if (servedSha256 !== firstSha256) return found('CHANGED_WHEN_READY', 'other bytes were served');
  // Looked at by a new address only.
  if (!('oldServed' in row)) return [];
  if (row['oldServed'] !== 200) return found('NO_LONGER_SERVED', `its first address led to ${said(row['oldServed'])}`);
  return row['oldSha256'] === firstSha256 ? [] : found('CHANGED_WHEN_READY', 'its first address led to other bytes');
}
