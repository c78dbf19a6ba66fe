import type { Check, Evidence, Finding } from '@lab/sdk';
import { recordsOf } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';
import { numberOf, type Problem, problemFindings, textOf, type UploadRow, uploadRows } from './uploads.ts';

interface ConfirmedOnceOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** The experiment that brought files in that were confirmed once: what one run of a worker costs. */
  readonly plain: string;
  /** The experiment that read the scanner's ledger at the end. */
  readonly settled: string;
}

const rules = [
  { code: 'ANSWERS_DIFFER', rule: 'Whoever confirms an upload, and however often, gets the same answer.' },
  { code: 'CONFIRMATION_REFUSED', rule: 'A confirmation that is repeated is answered like the first.' },
  { code: 'PROCESSED_AGAIN', rule: 'However often an upload is confirmed, it is processed once.' },
  { code: 'NOT_READY', rule: 'An upload that is confirmed often becomes "ready" all the same.' },
];

/** Many confirmations of one upload have one effect and one answer. */
export function confirmedOnce(options: ConfirmedOnceOptions): Check {
  const { plain, settled, ...facts } = options;
  return {
    ...facts,
    experiments: [plain, ...facts.experiments, settled],
    judge: (evidence) => {
      const asked = facts.experiments.filter((experiment) => evidence.selected.includes(experiment));
      const scans = evidence.tables.find(({ table }) => table === 'scans')?.rows;
      if (asked.length === 0) return [];
      if (scans === undefined) return [notMeasured('The scanner’s ledger was not read')];
      const rows = uploadRows(evidence, 'confirmations', asked) ?? [];
      const runsOf = (row: UploadRow): number => scans.filter((scan) => scan['sha256'] === row['sha256']).length;
      // A worker may have its reasons to let a file be scanned twice, as before and after a copy.
      const perRun = Math.max(1, ...(uploadRows(evidence, 'uploads', [plain]) ?? []).map(runsOf));
      const atRest = uploadRows(evidence, 'uploads-at-rest', asked) ?? [];
      const statusOf = (row: UploadRow) => atRest.find(({ upload }) => upload === row['upload'])?.['status'];
      const problems = rows.flatMap((row) => [
        ...answerProblems(row),
        ...runProblems(row, { runs: runsOf(row), perRun, status: statusOf(row) }),
      ]);
      return [...problemFindings(problems, rules), ...unmet(evidence, asked, rows)];
    },
  };
}

function answerProblems(row: UploadRow): readonly Problem[] {
  const [asked, accepted] = [numberOf(row, 'asked') ?? 0, numberOf(row, 'accepted') ?? 0];
  const different = numberOf(row, 'different') ?? 0;
  const problems: Problem[] = [];
  if (different > 1) {
    const seen = `${different} different answers, as ${textOf(row, 'one')} and ${textOf(row, 'other')}`;
    problems.push({ code: 'ANSWERS_DIFFER', row, seen });
  }
  if (accepted < asked) {
    const seen = `${asked - accepted} of ${asked} were refused, one with ${row['refused']}`;
    problems.push({ code: 'CONFIRMATION_REFUSED', row, seen });
  }
  return problems;
}

function runProblems(
  row: UploadRow,
  { runs, perRun, status }: { readonly runs: number; readonly perRun: number; readonly status: unknown },
): readonly Problem[] {
  if (runs > perRun) {
    const seen = `its bytes were scanned ${runs} times, those of an upload that is confirmed once ${perRun === 1 ? 'once' : `${perRun} times`}`;
    return [{ code: 'PROCESSED_AGAIN', row, seen }];
  }
  return status === 'ready' ? [] : [{ code: 'NOT_READY', row, seen: `it is "${status}"` }];
}

/** A point that was not reached proves nothing; where none was, the check has seen nothing. */
function unmet(evidence: Evidence, asked: readonly string[], rows: readonly UploadRow[]): readonly Finding[] {
  const missed = asked.filter((experiment) => !recordsOf(evidence, experiment).some(({ reached }) => reached));
  return missed.map((experiment): Finding => {
    const note = recordsOf(evidence, experiment).at(-1)?.note ?? 'no reason given';
    return {
      code: 'POINT_NOT_REACHED',
      severity: rows.length === 0 ? 'inconclusive' : 'note',
      message: `The confirmations of "${experiment}" did not meet (${note}).`,
      measured: { text: 'not reached' },
      expected: { text: 'reached' },
      atMs: recordsOf(evidence, experiment).at(-1)?.startMs ?? null,
      refs: { experiment },
    };
  });
}
