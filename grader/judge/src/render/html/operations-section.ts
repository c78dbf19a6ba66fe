import type { Operation } from '@lab/sdk';
import { type Markup, markup } from '../markup.ts';
import { seconds } from '../text.ts';
import { dataTable, grouped } from './data-table.ts';
import type { ListedCheck, ListedOperations } from './listed-operations.ts';
import type { Page, Section } from './page.ts';

/** The operations that findings name, with everything that the record has of them. */
export function operationsSection({ report }: Page, listed: ListedOperations): Section | null {
  if (listed.checks.length === 0) return null;
  return {
    id: 'operations',
    title: 'Operations that the findings name',
    content: markup`<p>Times in seconds since the run’s clock started.</p>
${listed.checks.map((check, index) => checkOperations(check, { index, run: report.lab.run }))}`,
  };
}

function checkOperations(
  { named, shown, leftOut, first }: ListedCheck,
  { index, run }: { readonly index: number; readonly run: string },
): Markup {
  const table =
    shown.length === 0 ? null : operationsTable({ id: `operations-${index + 1}`, check: named.check, shown, first });
  return markup`<h3>${named.title}</h3>
${table}${leftOut > 0 ? markup`<p>Left out: ${grouped(leftOut)} more. <code>npx lab run show ${run} --json</code> has all.</p>\n` : null}${missingText(named.missing)}`;
}

function operationsTable({
  id,
  check,
  shown,
  first,
}: Pick<ListedCheck, 'shown' | 'first'> & { readonly id: string; readonly check: string }): Markup {
  return dataTable({
    id,
    caption: `Operations for ${check}`,
    columns: [
      { title: 'Operation', cell: (one: Operation) => one.id },
      { title: 'Client', cell: ({ client }) => client },
      { title: 'Kind', cell: ({ kind }) => kind },
      { title: 'Replica', cell: ({ replica }) => replica },
      { title: 'View', cell: ({ view }) => view },
      { title: 'About', cell: ({ key }) => key },
      { title: 'Value', cell: ({ value }) => value ?? '–' },
      { title: 'From', cell: ({ startMs }) => seconds(startMs, 3) },
      { title: 'To', cell: ({ endMs }) => seconds(endMs, 3) },
      { title: 'Outcome', cell: ({ outcome, status }) => (status === 0 ? outcome : `${outcome} ${status}`) },
      { title: 'Error', cell: ({ error }) => error ?? '–' },
      { title: 'Request id', cell: ({ requestId }) => requestId ?? '–' },
      { title: 'Experiment', cell: ({ experiment }) => experiment ?? '–' },
    ],
    rows: shown,
    rowId: (one) => (first.has(one.id) ? `operation-${one.id}` : null),
  });
}

const missingShown = 60;

function missingText(missing: readonly number[]): Markup | null {
  if (missing.length === 0) return null;
  const more = missing.length - missingShown;
  return markup`<p>Not in the history: ${missing.slice(0, missingShown).join(', ')}${more > 0 ? ` and ${grouped(more)} more` : null}.</p>
`;
}
