import type { CheckResult, Report } from '@lab/sdk';
import { findingLines } from './findings.ts';
import { nextSteps } from './next-steps.ts';
import { columns, createPaint, hanging, type Paint, padEnd, type Style, withoutControls } from './text.ts';

export interface RenderOptions {
  /** The caller decides, from NO_COLOR and the terminal. */
  readonly color: boolean;
  /** Columns of the terminal; used between 50 and 100. */
  readonly width: number;
  /** False leaves out what to do next. */
  readonly next?: boolean;
}

/** What the sections need to know to write their lines. */
export interface Page {
  readonly paint: Paint;
  readonly width: number;
}

type Marked = Pick<CheckResult, 'status'>;

const marks: Readonly<Record<CheckResult['status'], { readonly text: string; readonly style: Style }>> = {
  passed: { text: 'PASS ✓', style: 'green' },
  failed: { text: 'FAIL ✗', style: 'red' },
  inconclusive: { text: '???  ?', style: 'yellow' },
  'not-applicable': { text: '—     ', style: 'dim' },
};

function mark(check: Marked, paint: Paint): string {
  const { text, style } = marks[check.status];
  return paint(style, text);
}

/**
 * A report for people: one line per check, then each problem with what was seen and when, then what
 * to do next. The verdict is the last line. Ends with a line end.
 */
export function renderTerminal(report: Report, options: RenderOptions): string {
  const page: Page = { paint: createPaint(options.color), width: Math.min(100, Math.max(50, options.width)) };
  const sections = [
    heading(report, page),
    report.rejection === null ? checkTable(report, page) : [],
    problemSections(report, page),
    rejectionSection(report, page),
    inconclusiveSection(report, page),
    ignoredSection(report, page),
    options.next === false ? [] : nextSteps(report, page),
    verdictLines(report, page),
  ];
  const filled = sections.filter((section) => section.length > 0);
  return `${filled.map((section) => section.join('\n')).join('\n\n')}\n`;
}

function heading(report: Report, { paint, width }: Page): string[] {
  const subject = report.subject === 'workspace' ? 'your workspace' : `variant ${report.subject}`;
  return hanging(
    `${paint('bold', report.scenario)}  `,
    `${subject}, seed ${report.seed}, run ${report.lab.run}`,
    width,
  );
}

function checkTable(report: Report, page: Page): string[] {
  const results = report.checks.map((check) => [check, pointsText(check)] as const);
  const pointsWidth = Math.max(...results.map(([, text]) => columns(text)));
  const titleWidth = Math.min(
    Math.max(...report.checks.map((check) => columns(check.title))),
    page.width - columns(marks.passed.text) - pointsWidth - 4,
  );
  return results.flatMap(([check, points]) => {
    const [first = '', ...rest] = hanging('', check.title, titleWidth);
    const line = `${mark(check, page.paint)}  ${padEnd(first, titleWidth)}  ${points.padStart(pointsWidth)}`;
    return [line, ...rest.map((text) => `        ${text}`)];
  });
}

function pointsText(check: CheckResult): string {
  if (check.status === 'not-applicable') return 'not judged';
  return `${check.points} of ${check.maxPoints} points`;
}

/** Checks that need a look, with their findings: failed ones first. */
function problemSections(report: Report, page: Page): string[] {
  const failed = report.checks.filter((check) => check.status === 'failed');
  const unsure = report.checks.filter((check) => check.status === 'inconclusive' && ownFindings(check).length > 0);
  return withGaps([...failed, ...unsure].map((check) => problemSection(check, page)));
}

/** One after the other, with an empty line between two. */
function withGaps(blocks: readonly (readonly string[])[]): string[] {
  return blocks.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

/** The lab's own problem is told once, for the whole run. */
function ownFindings(check: CheckResult): CheckResult['findings'] {
  return check.findings.filter((finding) => finding.code !== 'LAB_NOT_HEALTHY');
}

function problemSection(check: CheckResult, page: Page): string[] {
  const shown = ownFindings(check);
  return [
    ...hanging(`${mark(check, page.paint)}  `, check.title, page.width),
    ...withGaps(shown.map((finding) => findingLines(finding, page))),
    ...[...new Set(shown.map((finding) => finding.lesson))].map((lesson) => `        Lesson    ${lesson}`),
  ];
}

const stageText = {
  unpack: 'could not be taken in',
  build: 'could not be built',
  boot: 'did not start',
} as const;

function rejectionSection({ rejection }: Report, { paint, width }: Page): string[] {
  if (rejection === null) return [];
  const place =
    rejection.file === undefined
      ? []
      : [`${rejection.file}${rejection.line === undefined ? '' : `:${rejection.line}`}`];
  return [
    `${paint('red', marks.failed.text)}  ${paint('bold', `Your code ${stageText[rejection.stage]}`)} (${rejection.code})`,
    ...place.map((text) => `        ${paint('bold', text)}`),
    ...hanging('        ', rejection.message, width),
    ...(rejection.hint === undefined ? [] : hanging('        What helps: ', rejection.hint, width)),
  ];
}

function inconclusiveSection(report: Report, { paint, width }: Page): string[] {
  const { problem } = report.lab;
  if (problem === null) return [];
  const stands = report.verdict === 'failed' ? 'Failures above stand: they do not depend on it. ' : '';
  return [
    `${paint('yellow', marks.inconclusive.text)}  ${paint('bold', 'The lab could not vouch for this run')}`,
    ...hanging('        ', problem, width),
    ...hanging('        ', `${stands}This says nothing about your code, and it is not counted against you.`, width),
  ];
}

function ignoredSection({ ignoredFiles }: Report, { paint, width }: Page): string[] {
  if (ignoredFiles.length === 0) return [];
  const shown = ignoredFiles.slice(0, 10);
  const more = ignoredFiles.length - shown.length;
  const what = ignoredFiles.length === 1 ? 'a file' : `${ignoredFiles.length} files`;
  return [
    ...hanging(
      `${paint('yellow', 'NOTE')}    `,
      `You changed ${what} that a fix may not change. The grade was made without these changes:`,
      width,
    ),
    ...shown.map((path) => `        ${withoutControls(path)}`),
    ...(more > 0 ? [`        and ${more} more`] : []),
  ];
}

function count(report: Report, status: CheckResult['status']): number {
  return report.checks.filter((check) => check.status === status).length;
}

function checksText(count: number, of: number): string {
  return `${count} of ${of} ${of === 1 ? 'check' : 'checks'}`;
}

function verdictLines(report: Report, { paint }: Page): string[] {
  const points = `${report.score} of ${report.maxScore} points`;
  const judged = report.checks.length - count(report, 'not-applicable');
  switch (report.verdict) {
    case 'passed':
      return [`${paint('green', 'PASSED ✓')}  ${checksText(judged, judged)}, ${points}`];
    case 'failed':
      return [`${paint('red', 'FAILED ✗')}  ${checksText(count(report, 'failed'), judged)} failed, ${points}`];
    case 'rejected':
      return [
        `${paint('red', 'REJECTED ✗')}  no check was made: the code ${stageText[report.rejection?.stage ?? 'boot']}`,
      ];
    case 'inconclusive':
      return [
        `${paint('yellow', 'INCONCLUSIVE ?')}  no verdict: ${checksText(count(report, 'inconclusive'), judged)} could not be decided`,
      ];
  }
}
