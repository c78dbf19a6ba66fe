import type { CheckResult, Report } from '@lab/sdk';
import { machineText, phasesMs, startedAt } from './run-facts.ts';
import { type TestCase, testCases } from './test-cases.ts';
import { inert } from './text.ts';

/** Version of the Common Test Report Format that the document keeps to. */
const specVersion = '0.0.0';

type CtrfStatus = 'passed' | 'failed' | 'skipped' | 'other';

const statuses: Readonly<Record<CheckResult['status'], CtrfStatus>> = {
  passed: 'passed',
  failed: 'failed',
  'not-applicable': 'skipped',
  // `pending` would promise a result that never comes.
  inconclusive: 'other',
};

/** The report in the Common Test Report Format, as JSON. Ends with a line end. */
export function renderCtrf(report: Report): string {
  const cases = testCases(report);
  const { scenario, subject, lab } = report;
  const document = {
    reportFormat: 'CTRF',
    specVersion,
    generatedBy: 'brownout',
    results: {
      tool: { name: 'brownout' },
      summary: summary(report, cases),
      tests: cases.map((one) => test(one, report)),
      environment: {
        reportName: `${scenario}, ${subject}`,
        appName: 'ShelfWise',
        osPlatform: lab.machine.platform,
        healthy: lab.problem === null,
        extra: { machine: machineText(report), versions: versions(report), load: lab.load, problem: lab.problem },
      },
      extra: {
        run: lab.run,
        seed: report.seed,
        scenario,
        subject,
        verdict: report.verdict,
        score: report.score,
        maxScore: report.maxScore,
      },
    },
  };
  return `${JSON.stringify(document, inertText, 2)}\n`;
}

function summary(report: Report, cases: readonly TestCase[]) {
  const count = (status: CtrfStatus): number => cases.filter((one) => statuses[one.status] === status).length;
  // An id without a moment is one of a test; the format wants a number.
  const start = startedAt(report)?.getTime() ?? 0;
  return {
    tests: cases.length,
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    pending: 0,
    other: count('other'),
    suites: 1,
    start,
    stop: start + Math.round(phasesMs(report)),
  };
}

function test(one: TestCase, report: Report) {
  const { id, title, status, code, message, details, check } = one;
  return {
    name: title === '' ? id : title,
    status: statuses[status],
    // No time of its own: a check judges what the whole run recorded.
    duration: 0,
    suite: [report.scenario],
    ...(message === null ? {} : { message }),
    ...(details === '' ? {} : { trace: details }),
    rawStatus: status,
    extra: {
      id,
      ...(code === null ? {} : { code }),
      ...(check === null ? {} : { points: check.points, maxPoints: check.maxPoints, findings: check.findings }),
    },
  };
}

function versions({ lab }: Report): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(lab.versions).map(([part, version]) => [inert(part), version]));
}

/** For readers that print what they find. */
function inertText(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? inert(value) : value;
}
