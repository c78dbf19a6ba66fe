import type { ReportFinding } from '@lab/sdk';
import type { Page } from './terminal.ts';
import { hanging, type Paint, seconds, withoutControls } from './text.ts';

const operationsShown = 8;
const indent = '        ';

/** One finding: the fact, measured against expected, when, and which operations show it. */
export function findingLines(finding: ReportFinding, { paint, width }: Page): string[] {
  return [
    ...hanging(indent, finding.message, width),
    ...findingFacts(finding).flatMap(([name, text]) => hanging(label(name, paint), text, width)),
  ];
}

/** The same without a page's width, for reports that are read by programs. */
export function findingText(finding: ReportFinding): string {
  const facts = findingFacts(finding).map(([name, text]) => `${name.padEnd(10)}${text}`);
  return withoutControls([finding.message, ...facts].join('\n'));
}

function findingFacts(finding: ReportFinding): readonly (readonly [name: string, text: string])[] {
  const moment = momentText(finding);
  const operations = operationsText(finding.refs.operations ?? []);
  return [
    ['Measured', finding.measured.text],
    ['Expected', finding.expected.text],
    ...(moment === null ? [] : [['When', moment] as const]),
    ...(operations === null ? [] : [['See', operations] as const]),
    ['Code', finding.code],
  ];
}

function label(text: string, paint: Paint): string {
  return `${indent}${paint('dim', text.padEnd(10))}`;
}

/** `at 12.3 s, during cache held, in experiment late-fill`; null when none of it is known. */
export function momentText({ at, refs }: ReportFinding): string | null {
  const parts = [
    ...(at === null ? [] : [`at ${seconds(at, 1)} s`]),
    ...(refs.during === undefined || refs.during.length === 0 ? [] : [`during ${refs.during.join(' and ')}`]),
    ...(refs.experiment === undefined ? [] : [`in experiment ${refs.experiment}`]),
  ];
  return parts.length === 0 ? null : parts.join(', ');
}

function operationsText(operations: readonly number[]): string | null {
  if (operations.length === 0) return null;
  const shown = operations.slice(0, operationsShown).join(', ');
  const more = operations.length - operationsShown;
  const noun = operations.length === 1 ? 'operation' : 'operations';
  return more > 0 ? `${noun} ${shown} and ${more} more` : `${noun} ${shown}`;
}
