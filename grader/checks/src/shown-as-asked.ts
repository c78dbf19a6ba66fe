import type { Check } from '@lab/sdk';
import { moment, operationList, operationsOf, recordsOf } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';

interface ShownAsAskedOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson'> {
  readonly experiment: string;
  /** Of the reads that are judged. */
  readonly view: string;
  /** How the reads were made to meet, for the finding. */
  readonly circumstance: string;
}

/** Each reader is shown what was asked for: its value is the fact that goes by its key. */
export function shownAsAsked({ experiment, view, circumstance, ...facts }: ShownAsAskedOptions): Check {
  return {
    ...facts,
    experiments: [experiment],
    judge: (evidence) => {
      if (!evidence.selected.includes(experiment)) return [];
      const record = recordsOf(evidence, experiment).findLast(({ reached }) => reached);
      const shown = operationsOf(evidence, [experiment]).filter(
        (read) => read.view === view && read.outcome === 'ok' && read.startMs >= (record?.startMs ?? 0),
      );
      if (record === undefined || shown.length === 0) {
        return [notMeasured('Nobody was shown a page that was made beside others', experiment)];
      }
      const wrong = shown.filter(({ key, value }) => value !== record.facts[key]);
      const [first] = wrong;
      if (first === undefined) return [];
      const ids = wrong.map(({ id }) => id);
      return [
        {
          code: 'WRONG_PAGE',
          severity: 'failure',
          message: `${circumstance} ${wrong.length} of ${shown.length} readers were shown another page than the one that they had asked for; the first asked ${first.replica} for "${first.key}" at ${moment(first.startMs)}. See ${operationList(ids)}.`,
          measured: { text: `${wrong.length} wrong pages`, value: wrong.length, unit: 'readers' },
          expected: { text: 'everybody is shown what was asked for', value: 0, unit: 'readers' },
          atMs: first.startMs,
          refs: { experiment, operations: ids.slice(0, 5) },
        },
      ];
    },
  };
}
