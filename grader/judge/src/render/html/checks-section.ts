import type { CheckResult } from '@lab/sdk';
import { type Markup, markup } from '../markup.ts';
import { dataTable } from './data-table.ts';
import { findingLink, type Page, type Section, statusMark } from './page.ts';

/** Every check in the scenario's order, with links to its findings. */
export function checksSection({ report, findings }: Page): Section {
  const links = (check: CheckResult): Markup | string => {
    const own = findings.filter((one) => one.check === check);
    if (own.length === 0) return 'none';
    return markup`${own.map(({ number }, index) => [index === 0 ? '' : ' ', findingLink(number)])}`;
  };
  return {
    id: 'checks',
    title: 'Checks',
    content: dataTable({
      id: 'checks-table',
      caption: 'What was judged, and how it fared',
      columns: [
        { title: 'Check', cell: ({ title }) => title },
        { title: 'Result', cell: ({ status }) => statusMark(status) },
        { title: 'Points', cell: points },
        { title: 'Findings', cell: links },
      ],
      rows: report.checks,
      isNarrow: true,
    }),
  };
}

/** Shorter than in a sentence: the column says what they are. */
function points({ status, points: got, maxPoints }: CheckResult): string {
  return status === 'not-applicable' || maxPoints === 0 ? '–' : `${got} of ${maxPoints}`;
}
