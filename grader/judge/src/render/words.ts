import type { CheckResult, Report } from '@lab/sdk';

/** How far a rejected submission came. */
const stageText = {
  unpack: 'could not be taken in',
  build: 'could not be built',
  boot: 'did not start',
} as const;

export function subjectText({ subject }: Report): string {
  return subject === 'workspace' ? 'your workspace' : `variant ${subject}`;
}

export function pointsText(check: CheckResult): string {
  if (check.status === 'not-applicable') return 'not judged';
  return `${check.points} of ${check.maxPoints} points`;
}

/** The lab's own problem is told once, for the whole run. */
export function ownFindings(check: CheckResult): CheckResult['findings'] {
  return check.findings.filter((finding) => finding.code !== 'LAB_NOT_HEALTHY');
}

interface RejectionWords {
  readonly title: string;
  readonly code: string;
  /** File and line in the learner's code, when they are known. */
  readonly place: string | null;
  readonly message: string;
  readonly hint: string | null;
}

export function rejectionWords({ rejection }: Report): RejectionWords | null {
  if (rejection === null) return null;
  const { file, line } = rejection;
  return {
    title: `Your code ${stageText[rejection.stage]}`,
    code: rejection.code,
    place: file === undefined ? null : `${file}${line === undefined ? '' : `:${line}`}`,
    message: rejection.message,
    hint: rejection.hint ?? null,
  };
}

interface ProblemWords {
  readonly title: string;
  readonly problem: string;
  /** What it means for the learner. */
  readonly standing: string;
}

export function problemWords(report: Report): ProblemWords | null {
  const { problem } = report.lab;
  if (problem === null) return null;
  const stands = report.verdict === 'failed' ? 'The failures stand: they do not depend on it. ' : '';
  return {
    title: 'The lab could not vouch for this run',
    problem,
    standing: `${stands}This says nothing about your code, and it is not counted against you.`,
  };
}

export function ignoredWords({ ignoredFiles }: Report): string | null {
  if (ignoredFiles.length === 0) return null;
  const what = ignoredFiles.length === 1 ? 'a file' : `${ignoredFiles.length} files`;
  return `You changed ${what} that a fix may not change. The grade was made without these changes:`;
}

interface VerdictWords {
  readonly mark: 'PASSED ✓' | 'FAILED ✗' | 'REJECTED ✗' | 'INCONCLUSIVE ?';
  readonly text: string;
}

/** The verdict in a word and a sign, and what it rests on. */
export function verdictWords(report: Report): VerdictWords {
  const points = `${report.score} of ${report.maxScore} points`;
  const judged = report.checks.length - count(report, 'not-applicable');
  switch (report.verdict) {
    case 'passed':
      return { mark: 'PASSED ✓', text: `${checksText(judged, judged)}, ${points}` };
    case 'failed':
      return { mark: 'FAILED ✗', text: `${checksText(count(report, 'failed'), judged)} failed, ${points}` };
    case 'rejected':
      return {
        mark: 'REJECTED ✗',
        text: `no check was made: the code ${stageText[report.rejection?.stage ?? 'boot']}`,
      };
    case 'inconclusive':
      return {
        mark: 'INCONCLUSIVE ?',
        text: `no verdict: ${checksText(count(report, 'inconclusive'), judged)} could not be decided`,
      };
  }
}

function count(report: Report, status: CheckResult['status']): number {
  return report.checks.filter((check) => check.status === status).length;
}

function checksText(count: number, of: number): string {
  return `${count} of ${of} ${of === 1 ? 'check' : 'checks'}`;
}
