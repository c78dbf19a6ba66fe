import type { Check } from '@lab/sdk';
import { moment } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';
import { submissionFindings } from './store-refuses.ts';
import {
  isTaken,
  notServed,
  numberOf,
  type Problem,
  problemFindings,
  said,
  textOf,
  type UploadRow,
  uploadRows,
} from './uploads.ts';

interface UploadsEndOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  readonly withinMs: number;
}

const rules = [
  {
    code: 'NOT_CLEARED',
    rule: 'What was announced and never confirmed comes to an end, and leaves nothing in the store.',
  },
  { code: 'CONFIRMED_AFTER_ITS_END', rule: 'What has come to an end cannot be confirmed any more.' },
];

/** A form is good for a while and no longer, and what nobody confirms does not stay for ever. */
export function uploadsEnd(options: UploadsEndOptions): Check {
  const { withinMs, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) => {
      const asked = facts.experiments.filter((experiment) => evidence.selected.includes(experiment));
      if (asked.length === 0) return [];
      const ends = uploadRows(evidence, 'upload-ends', asked) ?? [];
      const submissions = submissionFindings(evidence, asked, ['time']);
      if (submissions === null || ends.length === 0) return [notMeasured('No form was used at its end')];
      return [
        ...submissions,
        ...notServed(evidence, uploadRows(evidence, 'uploads', asked) ?? [], withinMs),
        ...problemFindings(ends.flatMap(endProblems), rules),
      ];
    },
  };
}

function endProblems(row: UploadRow): readonly Problem[] {
  const after = moment(numberOf(row, 'afterMs') ?? 0);
  if (row['isOver'] !== true) {
    const left = numberOf(row, 'left') ?? 0;
    const seen = `${after} after its form had ended it is "${textOf(row, 'status')}"${left > 0 ? ', and its file is there' : ''}`;
    return [{ code: 'NOT_CLEARED', row, seen }];
  }
  const { confirmed } = row;
  return isTaken(confirmed)
    ? [{ code: 'CONFIRMED_AFTER_ITS_END', row, seen: `it was confirmed with ${said(confirmed)}` }]
    : [];
}
