import type { Report } from '@lab/sdk';
import type { Page } from './terminal.ts';
import { columns, hanging, padEnd } from './text.ts';

type Step = readonly [command: string, why: string];

function gradeCommand(report: Report): string {
  const base = `npx lab grade ${report.scenario}`;
  return report.subject === 'workspace' ? base : `${base} --variant ${report.subject}`;
}

function steps(report: Report): readonly Step[] {
  const { run } = report.lab;
  switch (report.verdict) {
    case 'passed':
      return report.subject === 'workspace'
        ? [
            [`npx lab diff ${report.scenario}`, 'what your fix changed'],
            ['npx lab list', 'the other exercises'],
          ]
        : [[`npx lab run show ${run}`, 'what happened in this run']];
    case 'failed':
      return [
        [`npx lab run show ${run}`, 'the timeline of this run, with the operations named above'],
        [`npx lab explain ${firstFailed(report)}`, 'what this check asks for, and why'],
        ...(report.subject === 'workspace' ? [[`npx lab hint ${report.scenario}`, 'the next hint'] as const] : []),
        [gradeCommand(report), 'again, after a change'],
      ];
    case 'rejected':
      return [
        ...(report.subject === 'workspace'
          ? [[`npx lab diff ${report.scenario}`, 'what you changed since the start'] as const]
          : []),
        [gradeCommand(report), 'again, after a change'],
      ];
    case 'inconclusive':
      return [
        ['npx lab doctor', 'what this machine lacks, if anything'],
        [gradeCommand(report), 'again, with other heavy programs closed'],
        [`npx lab run show ${run}`, 'what happened in this run'],
      ];
  }
}

function pageStep(report: Report, page: string): Step {
  return [`npx lab open ${report.lab.run}`, `this report as a page, with a picture of the run: ${page}`];
}

function firstFailed(report: Report): string {
  return report.checks.find((check) => check.status === 'failed')?.id ?? report.scenario;
}

/** Commands that help from here, the best one first. `page` is where the run's page is. */
export function nextSteps(report: Report, { paint, width }: Page, page?: string): string[] {
  const listed = [...steps(report), ...(page === undefined ? [] : [pageStep(report, page)])];
  const commandWidth = Math.max(...listed.map(([command]) => columns(command)));
  const isNarrow = commandWidth > width / 2;
  return [
    paint('bold', 'Next'),
    ...listed.flatMap(([command, why]) =>
      isNarrow
        ? [`  ${command}`, ...hanging('      ', why, width)]
        : hanging(`  ${padEnd(command, commandWidth)}  `, why, width),
    ),
  ];
}
