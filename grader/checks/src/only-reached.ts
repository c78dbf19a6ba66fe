import type { Check, Evidence } from '@lab/sdk';
import { recordsOf } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';

/**
 * The same check, judged by attempts that reached what they were for. What was asked in others is left out; an experiment
 * that has no other attempt decides nothing.
 */
export function onlyReached(check: Check): Check {
  // What is judged without experiments reaches nothing.
  if (check.experiments.length === 0) return check;
  return {
    ...check,
    judge: (evidence) => {
      const missed = check.experiments.filter(
        (experiment) => evidence.selected.includes(experiment) && isMissed(evidence, experiment),
      );
      const selected = evidence.selected.filter((experiment) => !missed.includes(experiment));
      // Most attempts reach what they are for: then the evidence is looked at as it is.
      const history = evidence.experiments.every(({ reached }) => reached)
        ? evidence.history
        : evidence.history.filter((operation) => isOfReached(evidence, operation));
      return [
        ...check.judge({ ...evidence, selected, history }),
        ...missed.map((experiment) =>
          notMeasured(recordsOf(evidence, experiment).at(-1)?.note ?? 'The experiment reached nothing', experiment),
        ),
      ];
    },
  };
}

function isMissed(evidence: Evidence, experiment: string): boolean {
  const records = recordsOf(evidence, experiment);
  return records.length > 0 && records.every(({ reached }) => !reached);
}

function isOfReached(evidence: Evidence, { experiment, startMs }: Evidence['history'][number]): boolean {
  if (experiment === undefined) return true;
  return !recordsOf(evidence, experiment).some(
    (record) => !record.reached && startMs >= record.startMs && startMs <= record.endMs,
  );
}
