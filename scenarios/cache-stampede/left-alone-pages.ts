import type { Check, Evidence, Finding } from '@lab/sdk';
import { importedCents } from './experiments/warmed-together.ts';
import { ageMsMax } from './figures.ts';

const experiment = 'left-alone';

/** The check, of pages too that nobody looked at: whoever comes first after their time is not shown what they were. */
export function withOldPages(check: Check): Check {
  return {
    ...check,
    experiments: ['left-alone-begins', ...check.experiments, experiment],
    judge: (evidence) => [...check.judge(evidence), ...oldPagesShown(evidence)],
  };
}

function oldPagesShown(evidence: Evidence): readonly Finding[] {
  if (!evidence.selected.includes(experiment)) return [];
  const reads = evidence.history.filter(
    (read) => read.experiment === experiment && read.view === 'after' && read.value !== null,
  );
  if (reads.length === 0) return [notLookedAt];
  const old = reads.filter(({ value }) => value !== null && value < importedCents);
  const [first] = old;
  if (first === undefined) return [];
  return [
    {
      code: 'COPY_TOO_OLD',
      severity: 'failure',
      message: `An import changed the rows of ${reads.length} pages and told nobody, and nobody looked at them for more than ${ageMsMax} ms. ${old.length} of those who came then were shown what had been there before. That somebody has to come before a page is made again does not make the page that he is shown younger.`,
      measured: {
        text: `${old.length} of ${reads.length} pages older than ${ageMsMax} ms`,
        value: old.length,
        unit: 'pages',
      },
      expected: { text: `none older than ${ageMsMax} ms`, value: 0, unit: 'pages' },
      atMs: first.startMs,
      refs: { experiment, operations: old.slice(0, 5).map(({ id }) => id) },
    },
  ];
}

const notLookedAt: Finding = {
  code: 'NOT_MEASURED',
  severity: 'inconclusive',
  message: 'No page that had been left alone was answered, so nothing is known about its age.',
  measured: { text: 'nothing measured' },
  expected: { text: 'pages that nobody had looked at for long' },
  atMs: null,
  refs: { experiment },
};
