import type { Check, Evidence, Finding } from '@lab/sdk';
import { moment, operationList, operationsOf } from './evidence-views.ts';
import { reachedRecord } from './migration-evidence.ts';
import { notMeasured } from './not-measured.ts';

interface ThrownOutOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson'> {
  /** People work and a report is open while the migration runs. */
  readonly experiment: string;
}

/** Making way is the migration's part: it ends nobody's work, and nobody's request fails because of it. */
export function nobodyThrownOut({ experiment, ...facts }: ThrownOutOptions): Check {
  return {
    ...facts,
    experiments: [experiment],
    judge: (evidence) => {
      if (!evidence.selected.includes(experiment)) return [];
      const record = reachedRecord(evidence, experiment);
      if (record === undefined) return [notMeasured('The report was never in the migration’s way', experiment)];
      return [
        ...(record.facts['reportAlive'] === false ? [reportEnded(experiment, record.startMs)] : []),
        ...failedWork(evidence, experiment),
      ];
    },
  };
}

function reportEnded(experiment: string, atMs: number): Finding {
  return {
    code: 'REPORT_ENDED',
    severity: 'failure',
    message:
      'The report’s session was ended before the report was. Its work is lost, and whoever waits for it begins again, maybe into the next try of the migration. The same would have hit a checkout that was in the way.',
    measured: { text: 'session ended' },
    expected: { text: 'the report goes on to its end' },
    atMs,
    refs: { experiment, during: ['long-report'] },
  };
}

function failedWork(evidence: Evidence, experiment: string): readonly Finding[] {
  const work = operationsOf(evidence, [experiment]);
  if (work.length === 0) return [notMeasured('Nobody worked while the migration ran', experiment)];
  const failed = work.filter(({ outcome }) => outcome !== 'ok');
  const [first] = failed;
  if (first === undefined) return [];
  const ids = failed.map(({ id }) => id);
  return [
    {
      code: 'WORK_FAILED',
      severity: 'failure',
      message: `While the migration ran, ${failed.length} of ${work.length} requests of the shop’s staff failed, the first at ${moment(first.startMs)} through ${first.replica} (${first.status === 0 ? (first.error ?? 'no answer') : `status ${first.status}`}). See ${operationList(ids)}.`,
      measured: { text: `${failed.length} of ${work.length} failed`, value: failed.length, unit: 'requests' },
      expected: { text: 'every request answered', value: 0, unit: 'requests' },
      atMs: first.startMs,
      refs: { experiment, operations: ids.slice(0, 5) },
    },
  ];
}
