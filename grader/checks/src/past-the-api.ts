import type { Check, Finding } from '@lab/sdk';
import { notMeasured } from './not-measured.ts';
import { notServed, type Problem, problemFindings, type UploadRow, uploadRows } from './uploads.ts';

interface PastTheApiOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** What a connection between the API and the store could carry in either direction. */
  readonly bytesMax: number;
  readonly withinMs: number;
}

/** Files do not go through the API: they come in, and out, where the API can exchange little with the store. */
export function pastTheApi(options: PastTheApiOptions): Check {
  const { bytesMax, withinMs, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) => {
      const asked = facts.experiments.filter((experiment) => evidence.selected.includes(experiment));
      const rows = uploadRows(evidence, 'uploads', asked) ?? [];
      if (asked.length > 0 && rows.length === 0) return [notMeasured('No file was brought past the API')];
      // How soon is another check's.
      const found = notServed(evidence, rows, withinMs * 10);
      const elsewhere = problemFindings(rows.flatMap(sentElsewhere), rules);
      return [
        ...elsewhere,
        ...found.map(
          (finding): Finding => ({
            ...finding,
            code: 'THROUGH_THE_API',
            message: `A file's bytes do not go through the API. While each connection between the API and the store could carry ${bytesMax} bytes in one direction, a larger file did not come through. ${finding.message}`,
            expected: { text: `less than ${bytesMax} bytes through the API`, value: bytesMax, unit: 'bytes' },
          }),
        ),
      ];
    },
  };
}

const rules = [
  { code: 'NOT_SENT_TO_THE_STORE', rule: 'Customers send their files to the store itself, and get them from it.' },
];

/** Whoever stands between a customer and the store has every byte of the file. */
function sentElsewhere(row: UploadRow): readonly Problem[] {
  const code = 'NOT_SENT_TO_THE_STORE';
  if (row['sentToStore'] === false) return [{ code, row, seen: 'it had to be sent to another address' }];
  return row['servedByStore'] === false ? [{ code, row, seen: 'it had to be asked for at another address' }] : [];
}
