import type { Check } from '@lab/sdk';
import { notMeasured } from './not-measured.ts';
import { askedOf, servedProblems, unmet } from './scanned-as-served.ts';
import { eachOnce, type Problem, problemFindings, textOf, type UploadRow, uploadRows } from './uploads.ts';

interface NotWithoutVerdictOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** The experiment that read the scanner's ledger, and looked at every upload again, at the end. */
  readonly settled: string;
}

const rules = [
  { code: 'READY_WITHOUT_A_VERDICT', rule: 'Whatever keeps the scanner from saying "clean", no file is "ready".' },
  { code: 'VIRUS_SERVED', rule: 'Nobody is given a file that holds a virus.' },
  { code: 'SERVED_UNSCANNED', rule: 'What a customer is given, the scanner has read to its end and called clean.' },
];

/** Silence, an error, a limit or an unknown word is not "clean". */
export function notWithoutVerdict(options: NotWithoutVerdictOptions): Check {
  const { settled, ...facts } = options;
  return {
    ...facts,
    experiments: [...facts.experiments, settled],
    judge: (evidence) => {
      const asked = askedOf(evidence, facts.experiments);
      if (asked.length === 0) return [];
      const scans = evidence.tables.find(({ table }) => table === 'scans')?.rows;
      if (scans === undefined) return [notMeasured('The scanner’s ledger was not read')];
      const rows = uploadRows(evidence, 'troubles', asked) ?? [];
      const atRest = uploadRows(evidence, 'served-at-rest', asked) ?? [];
      const early = rows.flatMap(readyInTrouble);
      // Whoever was early is named once.
      const named = new Set(early.map(({ row }) => row['upload']));
      const late = [...rows, ...atRest]
        .filter(({ upload }) => !named.has(upload ?? null))
        .flatMap((row) => servedProblems({ ...row, statusDuring: null, servedDuring: null }, scans));
      return [...problemFindings(eachOnce([...early, ...late]), rules), ...unmet(asked, rows)];
    },
  };
}

function readyInTrouble(row: UploadRow): readonly Problem[] {
  const { statusDuring, servedDuring } = row;
  if (statusDuring !== 'ready' && servedDuring !== true) return [];
  const trouble = textOf(row, 'trouble') ?? 'there was no verdict';
  return [{ code: 'READY_WITHOUT_A_VERDICT', row, seen: `it was "${textOf(row, 'statusDuring')}" while ${trouble}` }];
}
