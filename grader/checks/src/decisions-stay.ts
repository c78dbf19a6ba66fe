import type { Check } from '@lab/sdk';
import { askedOf, unmet } from './scanned-as-served.ts';
import { type Problem, problemFindings, textOf, type UploadRow, uploadRows } from './uploads.ts';

const rules = [
  {
    code: 'DECIDED_ANEW',
    rule: 'What is rejected stays rejected, whatever a worker that had it in hand before still finds out.',
  },
];

/** Who has lost an upload to another worker has nothing more to say about it. */
export function decisionsStay(facts: Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'>): Check {
  return {
    ...facts,
    judge: (evidence) => {
      const asked = askedOf(evidence, facts.experiments);
      const rows = uploadRows(evidence, 'decisions', asked) ?? [];
      return [...problemFindings(rows.flatMap(decidedAnew), rules), ...unmet(asked, rows)];
    },
  };
}

function decidedAnew(row: UploadRow): readonly Problem[] {
  const { status, served, decidedAs } = row;
  if (status === decidedAs && served !== 200) return [];
  const seen = `it had become "${textOf(row, 'decidedAs')}", and is "${textOf(row, 'status')}"`;
  return [{ code: 'DECIDED_ANEW', row, seen: served === 200 ? `${seen} and to be had` : seen }];
}
