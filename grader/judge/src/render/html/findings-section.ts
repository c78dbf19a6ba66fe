import type { ReportFinding } from '@lab/sdk';
import { momentText } from '../findings.ts';
import { type Markup, markup } from '../markup.ts';
import { grouped } from './data-table.ts';
import type { ListedOperations } from './listed-operations.ts';
import type { NumberedFinding } from './numbered-findings.ts';
import { facts, type Page, type Section, statusMark } from './page.ts';

const operationsShown = 60;

/** Each finding with its number: the fact, measured against expected, when, and which operations show it. */
export function findingsSection({ findings }: Page, listed: ListedOperations): Section | null {
  if (findings.length === 0) return null;
  return { id: 'findings', title: 'Findings', content: markup`${findings.map((one) => article(one, listed))}` };
}

function article({ number, check, finding }: NumberedFinding, listed: ListedOperations): Markup {
  return markup`<article class="finding ${finding.severity}" id="finding-${number}" aria-labelledby="finding-${number}-title">
<h3 id="finding-${number}-title">Finding ${number}: ${check.title}</h3>
<p>${finding.severity === 'note' ? markup`<span class="mark">NOTE</span>` : statusMark(check.status)}</p>
<p class="message">${finding.message}</p>
${facts([
  ['Measured', finding.measured.text],
  ['Expected', finding.expected.text],
  ['When', momentText(finding)],
  ['See', operationLinks(finding, listed)],
  ['Code', markup`<code>${finding.code}</code>`],
  ['Check', markup`<code>${check.id}</code>`],
  ['Lesson', markup`<code>${finding.lesson}</code>`],
])}</article>
`;
}

function operationLinks({ refs }: ReportFinding, listed: ListedOperations): Markup | null {
  const ids = refs.operations ?? [];
  if (ids.length === 0) return null;
  const shown = ids.slice(0, operationsShown).map((id, index) => [index === 0 ? '' : ' ', operationLink(id, listed)]);
  const more = ids.length - operationsShown;
  return markup`${ids.length === 1 ? 'operation' : 'operations'} ${shown}${more > 0 ? ` and ${grouped(more)} more` : null}`;
}

function operationLink(id: number, { ids }: ListedOperations): Markup | number {
  return ids.has(id) ? markup`<a class="number" href="#operation-${id}" aria-label="Operation ${id}">${id}</a>` : id;
}
