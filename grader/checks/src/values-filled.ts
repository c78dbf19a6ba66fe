import type { Check, Evidence, Finding } from '@lab/sdk';
import { grouped, type ValuesRow, valuesOf } from './backfill-evidence.ts';
import { moment } from './evidence-views.ts';
import { endOf, type RunRow, reachedRecord, runsOf } from './migration-evidence.ts';
import { notMeasured } from './not-measured.ts';

interface FilledOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** How an experiment is told to a learner, as `on a quiet copy`. */
  readonly places: Readonly<Record<string, string>>;
}

/** In the end each row has the value that is its own, none where there is none, and nobody said so before. */
export function valuesFilled({ places, ...facts }: FilledOptions): Check {
  return {
    ...facts,
    judge: (evidence) =>
      facts.experiments
        .filter((experiment) => evidence.selected.includes(experiment))
        .flatMap((experiment) => judgePlace(evidence, experiment, places[experiment] ?? experiment)),
  };
}

function judgePlace(evidence: Evidence, experiment: string, place: string): readonly Finding[] {
  const runs = runsOf(evidence, experiment);
  const values = valuesOf(evidence, experiment);
  if (reachedRecord(evidence, experiment) === undefined || values === null || runs.length === 0) {
    return [notMeasured(`What the backfill did ${place} was not seen`, experiment)];
  }
  const about = { experiment, place };
  const early = runs.find(({ exitCode, missing }) => exitCode === 0 && missing !== null && missing > 0);
  const last = runs.at(-1);
  return [
    ...(early === undefined ? [] : [saidDone(early, about)]),
    // Who never said so is told that; what is left then is no news.
    ...(last === undefined || last.exitCode === 0 ? [] : [notFinished(runs, last, { ...about, values })]),
    ...(early === undefined && last?.exitCode === 0 ? leftOver(values, about) : []),
  ];
}

interface About {
  readonly experiment: string;
  readonly place: string;
}

function saidDone(run: RunRow, { experiment, place }: About): Finding {
  const missing = run.missing ?? 0;
  return {
    code: 'SAID_DONE_TOO_EARLY',
    severity: 'failure',
    message: `The run ${place} that began at ${moment(run.startMs)} ended with exit 0, and ${grouped(missing)} rows did not have the value that is theirs. Whoever deploys takes exit 0 for “all of it is there”. Last words: “${run.lastWords}”.`,
    measured: { text: `${grouped(missing)} rows wrong after exit 0`, value: missing, unit: 'rows' },
    expected: { text: 'exit 0 means that every row has its value', value: 0, unit: 'rows' },
    atMs: run.endMs,
    refs: { experiment },
  };
}

function notFinished(
  runs: readonly RunRow[],
  last: RunRow,
  { experiment, place, values }: About & { readonly values: ValuesRow },
): Finding {
  const tries = runs.length === 1 ? 'It was run once' : `It was run ${runs.length} times`;
  const left = values.missing + values.wrong;
  const state =
    left === 0
      ? 'every row had its value all the same'
      : `${grouped(left)} of ${grouped(values.rows)} rows did not have theirs`;
  return {
    code: 'NOT_FINISHED',
    severity: 'failure',
    message: `The backfill ${place} had not ended when the lab stopped waiting; ${state}. ${tries}; the last run: ${endOf(last)}.`,
    measured: { text: `not ended, ${grouped(left)} rows wrong`, value: left, unit: 'rows' },
    expected: { text: 'it ends with exit 0' },
    atMs: last.startMs,
    refs: { experiment },
  };
}

function leftOver({ rows, missing, wrong, example }: ValuesRow, { experiment, place }: About): readonly Finding[] {
  if (missing + wrong === 0) return [];
  return [
    {
      code: 'ROWS_LEFT',
      severity: 'failure',
      message: `After the rollout ${place}, ${grouped(missing)} of ${grouped(rows)} rows had no value although there is one, and ${grouped(wrong)} had another than theirs${example === '' ? '' : ` (${example})`}. Nothing will look at them again.`,
      measured: { text: `${grouped(missing + wrong)} rows wrong`, value: missing + wrong, unit: 'rows' },
      expected: { text: 'every row has its value', value: 0, unit: 'rows' },
      atMs: null,
      refs: { experiment },
    },
  ];
}
