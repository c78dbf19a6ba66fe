import type { ReportFinding } from '@lab/sdk';
import type { Page } from './terminal.ts';
import { hanging, type Paint } from './text.ts';

const operationsShown = 8;
const indent = '        ';

/** One finding: the fact, measured against expected, when, and which operations show it. */
export function findingLines(finding: ReportFinding, { paint, width }: Page): string[] {
  const moment = momentText(finding);
  const operations = operationsText(finding.refs.operations ?? []);
  return [
    ...hanging(indent, finding.message, width),
    ...hanging(label('Measured', paint), finding.measured.text, width),
    ...hanging(label('Expected', paint), finding.expected.text, width),
    ...(moment === null ? [] : hanging(label('When', paint), moment, width)),
    ...(operations === null ? [] : hanging(label('See', paint), operations, width)),
    ...hanging(label('Code', paint), finding.code, width),
  ];
}

function label(text: string, paint: Paint): string {
  return `${indent}${paint('dim', text.padEnd(10))}`;
}

function momentText({ at, refs }: ReportFinding): string | null {
  const parts = [
    ...(at === null ? [] : [`at ${(at / 1000).toFixed(1)} s`]),
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
