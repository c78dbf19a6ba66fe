import type { Check } from '@lab/sdk';
import { notMeasured } from './not-measured.ts';
import { type Problem, problemFindings, textOf, type UploadRow, uploadRows } from './uploads.ts';

interface ScannedCleanOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** The experiment that read the scanner's ledger at the end. */
  readonly settled: string;
}

const clean = 'stream: OK';

const rules = [
  { code: 'INFECTED_SERVED', rule: 'What the scanner calls infected is never "ready".' },
  { code: 'SERVED_UNSCANNED', rule: 'Nothing is "ready" that the scanner has not called clean.' },
  { code: 'READY_BEFORE_THE_VERDICT', rule: 'While the scanner has not answered, nothing is "ready".' },
];

/** The verdict of the scanner is still needed, by its own ledger. */
export function scannedClean(options: ScannedCleanOptions): Check {
  const { settled, ...facts } = options;
  return {
    ...facts,
    experiments: [...facts.experiments, settled],
    judge: (evidence) => {
      const asked = facts.experiments.filter((experiment) => evidence.selected.includes(experiment));
      if (asked.length === 0) return [];
      const scans = evidence.tables.find(({ table }) => table === 'scans')?.rows;
      const atRest = uploadRows(evidence, 'uploads-at-rest', asked);
      if (scans === undefined || atRest === null) return [notMeasured('The scanner’s ledger was not read')];
      const served = atRest.filter((row) => row['status'] === 'ready' || row['served'] === 200);
      const problems = [
        ...served.flatMap((row) => scanProblems(row, scansOf(row, scans))),
        ...(uploadRows(evidence, 'confirmations', asked) ?? []).flatMap(tooEarly),
      ];
      if (served.length === 0 && problems.length === 0) return [notMeasured('No file became ready')];
      return problemFindings(problems, rules);
    },
  };
}

/** Of the bytes that came in, or of those that are served: a picture may be drawn anew after it was scanned. */
function scansOf(row: UploadRow, scans: readonly UploadRow[]): readonly UploadRow[] {
  return scans.filter(({ sha256 }) => sha256 !== null && [row['sha256'], row['servedSha256']].includes(sha256));
}

function scanProblems(row: UploadRow, scans: readonly UploadRow[]): readonly Problem[] {
  if (scans.some(({ isInfected }) => isInfected === true) || row['holdsPage'] === true) {
    return [{ code: 'INFECTED_SERVED', row, seen: `it is "${textOf(row, 'status')}"` }];
  }
  const isClean = scans.some(({ reply }) => reply === clean);
  return isClean ? [] : [{ code: 'SERVED_UNSCANNED', row, seen: 'the scanner’s ledger has no clean verdict on it' }];
}

function tooEarly(row: UploadRow): readonly Problem[] {
  if (row['statusWhileHeld'] !== 'ready' && row['servedWhileHeld'] !== true) return [];
  return [{ code: 'READY_BEFORE_THE_VERDICT', row, seen: `it was "${textOf(row, 'statusWhileHeld')}" by then` }];
}
