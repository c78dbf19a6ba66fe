import type { Check } from '@lab/sdk';
import { notMeasured } from './not-measured.ts';
import { isTaken, notServed, type Problem, problemFindings, said, type UploadRow, uploadRows } from './uploads.ts';

interface ConfirmationLooksOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** Statuses by which a client is told that its file is not there, or is another. */
  readonly refusals: readonly number[];
  readonly withinMs: number;
}

const rules = [
  {
    code: 'CONFIRMED_UNSEEN',
    rule: 'A confirmation says what the store has, not what a client says. Confirmed all the same, when',
  },
  {
    code: 'CONFIRMATION_REFUSED_OTHERWISE',
    rule: 'Whoever confirms too early is told so by a status that a client can act on. When',
  },
];

/** A file that is not there, or not the announced one, is not confirmed; the same client may send it then, and confirm. */
export function confirmationLooks(options: ConfirmationLooksOptions): Check {
  const { refusals, withinMs, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) => {
      const asked = facts.experiments.filter((experiment) => evidence.selected.includes(experiment));
      if (asked.length === 0) return [];
      const early = uploadRows(evidence, 'early-confirmations', asked) ?? [];
      if (early.length === 0) return [notMeasured('Nothing was confirmed too early')];
      return [
        ...problemFindings(
          early.flatMap((row) => earlyProblems(row, refusals)),
          rules,
        ),
        ...notServed(evidence, uploadRows(evidence, 'uploads', asked) ?? [], withinMs),
      ];
    },
  };
}

const confirmedStates: readonly unknown[] = ['uploaded', 'scanning', 'ready'];

function earlyProblems(row: UploadRow, refusals: readonly number[]): readonly Problem[] {
  const { confirmed, statusAfter, announced } = row;
  // Nothing to confirm: whoever refuses announcements is found by what should come in afterwards.
  if (!isTaken(announced)) return [];
  const seen = `the confirmation was answered with ${said(confirmed)}, and it was "${statusAfter}" then`;
  if (isTaken(confirmed) || confirmedStates.includes(statusAfter)) return [{ code: 'CONFIRMED_UNSEEN', row, seen }];
  const isTold = typeof confirmed === 'number' && refusals.includes(confirmed);
  return isTold ? [] : [{ code: 'CONFIRMATION_REFUSED_OTHERWISE', row, seen }];
}
