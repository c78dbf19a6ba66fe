import type { CheckResult, Report, ReportFinding } from '@lab/sdk';
import { ownFindings } from '../words.ts';

/** A finding with the number by which table, picture and text refer to it. */
export interface NumberedFinding {
  readonly number: number;
  readonly check: CheckResult;
  readonly finding: ReportFinding;
}

const order: readonly CheckResult['status'][] = ['failed', 'inconclusive', 'passed', 'not-applicable'];

/** Every finding but the lab's own problem: of failed checks first, notes of passed ones last. */
export function numberedFindings(report: Report): readonly NumberedFinding[] {
  return order
    .flatMap((status) => report.checks.filter((check) => check.status === status))
    .flatMap((check) => ownFindings(check).map((finding) => ({ check, finding })))
    .map((one, index) => ({ number: index + 1, ...one }));
}
