import type { CheckResult, Report, ReportFinding } from '@lab/sdk';
import { findingText } from './findings.ts';
import { rejectionWords } from './words.ts';

/** A check as programs that read test reports know it: a test case. */
export interface TestCase {
  readonly id: string;
  readonly title: string;
  readonly status: CheckResult['status'];
  /** Of the finding that decided; null for a case that passed or was not judged. */
  readonly code: string | null;
  readonly message: string | null;
  /** Every finding, notes of checks that passed too. Empty when there is none. */
  readonly details: string;
  /** Null for the one case that is no check: whether the code could be run at all. */
  readonly check: CheckResult | null;
}

/**
 * One case per check. Code that could not be run leaves every check not judged, and a report of
 * skipped cases alone reads as success: so a rejection is a failed case of its own.
 */
export function testCases(report: Report): readonly TestCase[] {
  return [...rejectionCase(report), ...report.checks.map((check) => checkCase(check, report))];
}

function rejectionCase(report: Report): TestCase[] {
  const words = rejectionWords(report);
  if (words === null) return [];
  const lines = [
    words.title,
    ...(words.place === null ? [] : [words.place]),
    words.message,
    ...(words.hint === null ? [] : [`What helps: ${words.hint}`]),
  ];
  return [
    {
      id: `${report.scenario}/submission`,
      title: 'The code can be taken in, built and started',
      status: 'failed',
      code: words.code,
      message: `${words.title}: ${words.message}`,
      details: lines.join('\n'),
      check: null,
    },
  ];
}

function checkCase(check: CheckResult, report: Report): TestCase {
  const { id, title, status, findings } = check;
  const deciding = decidingFinding(check);
  const isDecided = status === 'passed' || status === 'not-applicable';
  return {
    id,
    title,
    status,
    code: isDecided ? null : (deciding?.code ?? 'NOT_JUDGED'),
    message: isDecided ? null : (deciding?.message ?? report.lab.problem ?? 'The check could not be decided.'),
    details: findings.map(findingText).join('\n\n'),
    check,
  };
}

function decidingFinding({ status, findings }: CheckResult): ReportFinding | undefined {
  const severity = status === 'failed' ? 'failure' : 'inconclusive';
  return findings.find((finding) => finding.severity === severity);
}
