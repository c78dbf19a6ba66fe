import type { CheckResult, Report } from '@lab/sdk';
import { findingLines } from './findings.ts';
import { nextSteps } from './next-steps.ts';
import { columns, createPaint, hanging, type Paint, padEnd, type Style, withoutControls } from './text.ts';
import {
  ignoredWords,
  ownFindings,
  pointsText,
  problemWords,
  rejectionWords,
  subjectText,
  verdictWords,
} from './words.ts';

export interface RenderOptions {
  /** The caller decides, from NO_COLOR and the terminal. */
  readonly color: boolean;
  /** Columns of the terminal; used between 50 and 100. */
  readonly width: number;
  /** False leaves out what to do next. */
  readonly next?: boolean;
  /** Where the run's page is; named among what to do next. */
  readonly page?: string;
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
    options.next === false ? [] : nextSteps(report, page, options.page),
    verdictLines(report, page),
  ];
  const filled = sections.filter((section) => section.length > 0);
  return `${filled.map((section) => section.join('\n')).join('\n\n')}\n`;
}

function heading(report: Report, { paint, width }: Page): string[] {
  return hanging(
    `${paint('bold', report.scenario)}  `,
    `${subjectText(report)}, seed ${report.seed}, run ${report.lab.run}`,
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

function problemSection(check: CheckResult, page: Page): string[] {
  const shown = ownFindings(check);
  return [
    ...hanging(`${mark(check, page.paint)}  `, check.title, page.width),
    ...withGaps(shown.map((finding) => findingLines(finding, page))),
    ...[...new Set(shown.map((finding) => finding.lesson))].map((lesson) => `        Lesson    ${lesson}`),
  ];
}

function rejectionSection(report: Report, { paint, width }: Page): string[] {
  const words = rejectionWords(report);
  if (words === null) return [];
  return [
    `${paint('red', marks.failed.text)}  ${paint('bold', words.title)} (${words.code})`,
    ...(words.place === null ? [] : [`        ${paint('bold', words.place)}`]),
    ...hanging('        ', words.message, width),
    ...(words.hint === null ? [] : hanging('        What helps: ', words.hint, width)),
  ];
}

function inconclusiveSection(report: Report, { paint, width }: Page): string[] {
  const words = problemWords(report);
  if (words === null) return [];
  return [
    `${paint('yellow', marks.inconclusive.text)}  ${paint('bold', words.title)}`,
    ...hanging('        ', words.problem, width),
    ...hanging('        ', words.standing, width),
  ];
}

function ignoredSection(report: Report, { paint, width }: Page): string[] {
  const words = ignoredWords(report);
  if (words === null) return [];
  const shown = report.ignoredFiles.slice(0, 10);
  const more = report.ignoredFiles.length - shown.length;
  return [
    ...hanging(`${paint('yellow', 'NOTE')}    `, words, width),
    ...shown.map((path) => `        ${withoutControls(path)}`),
    ...(more > 0 ? [`        and ${more} more`] : []),
  ];
}

const verdictStyles: Readonly<Record<Report['verdict'], Style>> = {
  passed: 'green',
  failed: 'red',
  rejected: 'red',
  inconclusive: 'yellow',
};

function verdictLines(report: Report, { paint }: Page): string[] {
  const { mark: verdict, text } = verdictWords(report);
  return [`${paint(verdictStyles[report.verdict], verdict)}  ${text}`];
}
