import { seconds } from '../output/figures.ts';
import type { Paint } from '../output/paint.ts';
import type { ProvenRunFacts } from './prove-scenario.ts';

const nameWidth = 40;

/** `mutants/x  failed as expected by no-old-refill  3.4 s`. */
export function runLine(run: ProvenRunFacts, paint: Paint): string {
  const { outcome, why } = run.result;
  const took = seconds(run.gradeMs);
  const name = run.variant.padEnd(nameWidth);
  switch (outcome) {
    case 'as-expected':
      return `${paint.green('✓')} ${name}  ${run.report.verdict} as expected${failedBy(run)}  ${took}`;
    case 'wrong':
      return `${paint.red('✗')} ${name}  WRONG: ${why}  ${took}  (seed ${run.report.seed}, run ${run.report.lab.run})`;
    case 'inconclusive':
      return `${paint.yellow('?')} ${name}  inconclusive: ${why}  ${took}`;
  }
}

function failedBy({ report }: ProvenRunFacts): string {
  const failed = report.checks
    .filter((check) => check.status === 'failed')
    .map(({ id }) => id.slice(id.indexOf('/') + 1));
  return failed.length === 0 ? '' : ` by ${failed.join(', ')}`;
}
