import type { Report } from '@lab/sdk';
import { type Markup, markup, textOf } from './markup.ts';
import { machineText, phasesMs, startedAt } from './run-facts.ts';
import { type TestCase, testCases } from './test-cases.ts';
import { seconds } from './text.ts';

/**
 * JUnit XML: the scenario is the suite, each check a case. A check that could not be decided is an
 * `error`: the lab's trouble, and no failure of the code. Ends with a line end.
 */
export function renderJunit(report: Report): string {
  const cases = testCases(report);
  const count = (status: TestCase['status']): number => cases.filter((one) => one.status === status).length;
  const totals = markup`tests="${cases.length}" failures="${count('failed')}" errors="${count('inconclusive')}" skipped="${count('not-applicable')}" time="${seconds(phasesMs(report), 3)}"`;
  return textOf(markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="brownout" ${totals}>
  <testsuite name="${report.scenario}" ${totals}${timestamp(report)}>
    <properties>
${properties(report)}    </properties>
${cases.map(testCase)}  </testsuite>
</testsuites>
`);
}

function timestamp(report: Report): Markup | null {
  const started = startedAt(report);
  // The format allows no zone.
  return started === null ? null : markup` timestamp="${started.toISOString().slice(0, 19)}"`;
}

function properties(report: Report): Markup[] {
  const values: Readonly<Record<string, string | number>> = {
    seed: report.seed,
    run: report.lab.run,
    subject: report.subject,
    machine: machineText(report),
    verdict: report.verdict,
    score: `${report.score} of ${report.maxScore}`,
    ...(report.lab.problem === null ? {} : { problem: report.lab.problem }),
  };
  return Object.entries(values).map(
    ([name, value]) => markup`      <property name="${name}" value="${value}" />
`,
  );
}

/** No time of its own: a check judges what the whole run recorded. Readers expect the attribute. */
function testCase(one: TestCase): Markup {
  const body = outcome(one);
  const start = markup`    <testcase classname="${one.id}" name="${one.title}" time="0"`;
  if (body === null) return markup`${start} />\n`;
  return markup`${start}>
      ${body}
    </testcase>
`;
}

/** One element at most: several readers keep only the last. */
function outcome({ status, code, message, details }: TestCase): Markup | null {
  switch (status) {
    case 'failed':
      return markup`<failure type="${code}" message="${oneLine(message)}">${details}</failure>`;
    case 'inconclusive':
      return markup`<error type="${code}" message="${oneLine(message)}">${details}</error>`;
    case 'not-applicable':
      return markup`<skipped message="not judged" />`;
    case 'passed':
      return details === '' ? null : markup`<system-out>${details}</system-out>`;
  }
}

/** A line end in an attribute is read as a space in any case. */
function oneLine(text: string | null): string {
  return (text ?? '').replaceAll(/\s*\n\s*/g, ' ');
}
