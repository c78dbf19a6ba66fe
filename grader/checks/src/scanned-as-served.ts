import type { Check, Evidence, Finding } from '@lab/sdk';
import { notMeasured } from './not-measured.ts';
import { eachOnce, type Problem, problemFindings, textOf, type UploadRow, uploadRows } from './uploads.ts';

interface ScannedAsServedOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** The experiment that read the scanner's ledger, and looked at every upload again, at the end. */
  readonly settled: string;
}

const clean = 'stream: OK';

const rules = [
  { code: 'VIRUS_SERVED', rule: 'Nobody is given a file that holds a virus.' },
  {
    code: 'SERVED_UNSCANNED',
    rule: 'Every byte that a customer is given was in one stream that the scanner has called clean.',
  },
  { code: 'READY_BEFORE_THE_VERDICT', rule: 'While the scanner has not answered, nothing is "ready".' },
  { code: 'OTHER_PICTURE_DRAWN', rule: 'The thumbnail is drawn of the picture that is served, which was scanned.' },
  { code: 'OTHER_HASH_SHOWN', rule: 'The checksum that ShelfWise shows is that of what it serves.' },
  { code: 'READY_AND_NOT_THERE', rule: 'What is "ready" can be had.' },
];

/** Nothing is given to anybody that was not scanned, byte for byte as it is given; the scanner's own ledger tells. */
export function scannedAsServed(options: ScannedAsServedOptions): Check {
  const { settled, ...facts } = options;
  return {
    ...facts,
    experiments: [...facts.experiments, settled],
    judge: (evidence) => {
      const asked = facts.experiments.filter((experiment) => evidence.selected.includes(experiment));
      if (asked.length === 0) return [];
      const scans = evidence.tables.find(({ table }) => table === 'scans')?.rows;
      const atRest = uploadRows(evidence, 'served-at-rest', asked);
      if (scans === undefined || atRest === null) return [notMeasured('The scanner’s ledger was not read')];
      const rows = uploadRows(evidence, 'served', asked) ?? [];
      const problems = [...rows, ...atRest].flatMap((row) => servedProblems(row, scans));
      return [...problemFindings(eachOnce(problems), rules), ...unmet(asked, rows)];
    },
  };
}

/** What is wrong with what a customer was given of one upload: the worst, and whether that was so before the verdict. */
export function servedProblems(row: UploadRow, scans: readonly UploadRow[]): readonly Problem[] {
  const { status, served, servedSha256 } = row;
  const found = (code: string, seen: string): readonly Problem[] => [{ code, row, seen: `${seen}${momentOf(row)}` }];
  const isEarly = row['statusDuring'] === 'ready' || row['servedDuring'] === true;
  const early = isEarly ? found('READY_BEFORE_THE_VERDICT', `it was "${textOf(row, 'statusDuring')}"`) : [];
  if (served === 200) {
    const own = scans.filter(({ sha256 }) => sha256 !== null && sha256 === servedSha256);
    if (row['holdsVirus'] === true || own.some(({ isInfected }) => isInfected === true)) {
      return found('VIRUS_SERVED', 'the test virus is in what was served');
    }
    if (!own.some(({ reply }) => reply === clean)) return [...found('SERVED_UNSCANNED', saidOf(own)), ...early];
  }
  if (early.length > 0) return early;
  if (status !== 'ready') return [];
  if (served !== 200) return found('READY_AND_NOT_THERE', 'it is "ready", and nothing was served');
  if (isDrawnOfAnother(row)) return found('OTHER_PICTURE_DRAWN', 'its thumbnail is that of the picture in its place');
  const shown = textOf(row, 'shownSha256');
  return shown === null || shown === servedSha256 ? [] : found('OTHER_HASH_SHOWN', `it shows ${shown.slice(0, 8)}…`);
}

function saidOf(scans: readonly UploadRow[]): string {
  if (scans.length === 0) return 'the scanner has never read these bytes to their end in one stream';
  const said = scans.map((scan) => textOf(scan, 'reply')).find((reply) => reply !== null);
  return said === undefined ? 'the scanner had not answered' : `the scanner had said "${said}"`;
}

/** A broad picture with a high thumbnail, or the other way round. */
function isDrawnOfAnother({ thumbnailBroad, servedBroad }: UploadRow): boolean {
  return typeof thumbnailBroad === 'boolean' && typeof servedBroad === 'boolean' && thumbnailBroad !== servedBroad;
}

function momentOf(row: UploadRow): string {
  const when = textOf(row, 'when');
  return when === null ? '' : `, ${when}`;
}

/** An experiment none of whose files came to the moment that was meant has proved nothing. */
export function unmet(asked: readonly string[], rows: readonly UploadRow[]): readonly Finding[] {
  return asked
    .filter((experiment) => !rows.some((row) => row['experiment'] === experiment && row['met'] === true))
    .map((experiment) => notMeasured(`No file of "${experiment}" came to the moment that was meant`, experiment));
}

/** Experiments of these that ran. */
export function askedOf({ selected }: Evidence, experiments: readonly string[]): readonly string[] {
  return experiments.filter((experiment) => selected.includes(experiment));
}
