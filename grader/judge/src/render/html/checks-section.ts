import type { CheckResult } from '@lab/sdk';
import { type Markup, markup } from '../markup.ts';
import { pointsText } from '../words.ts';
import { dataTable } from './data-table.ts';
import { findingLink, type Page, type Section, statusMark } from './page.ts';

/** Every check in the scenario's order, with links to its findings. */
export function checksSection({ report, findings }: Page): Section {
  const links = (check: CheckResult): Markup | string => {
    const own = findings.filter((one) => one.check === check);
    if (own.length === 0) return 'none';
    return markup`${own.map(({ number }, index) => [index === 0 ? '' : ', ', findingLink(number)])}`;
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
        { title: 'Points', cell: pointsText },
        { title: 'Findings', cell: links },
      ],
      rows: report.checks,
    }),
  };
}
