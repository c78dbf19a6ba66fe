import type { Check } from '@lab/sdk';
import { notMeasured } from './not-measured.ts';
import { notServed, uploadRows } from './uploads.ts';

interface UploadsServedOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** From the confirmation until it is ready. */
  readonly withinMs: number;
}

/** Allowed files of every kind come in, become ready, and come back. Refusing what is allowed is no fix. */
export function uploadsServed(options: UploadsServedOptions): Check {
  const { withinMs, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) => {
      const asked = facts.experiments.filter((experiment) => evidence.selected.includes(experiment));
      const rows = uploadRows(evidence, 'uploads', asked) ?? [];
      if (asked.length > 0 && rows.length === 0) return [notMeasured('No file was brought in')];
      return notServed(evidence, rows, withinMs);
    },
  };
}
